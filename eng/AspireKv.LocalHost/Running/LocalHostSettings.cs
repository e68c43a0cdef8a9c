using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace AspireKv.LocalHost;

/// <summary>Addresses and keys of the dashboard, under the names that Aspire's launch profiles use. What is not set gets a free port.</summary>
internal sealed record LocalHostSettings(
    string ApplicationName,
    string? DashboardPath,
    Uri DashboardUrl,
    Uri OtlpUrl,
    Uri ResourceServiceUrl,
    string BrowserToken,
    string OtlpApiKey,
    string ResourceServiceApiKey)
{
    private const int SecretBytes = 16;

    public static LocalHostSettings Read(IConfiguration configuration, AppHostMetadata metadata)
    {
        var dashboard = configuration["ASPIRE_DASHBOARD_PATH"] ?? metadata.DashboardPath;
        return new(
            metadata.Name,
            string.IsNullOrWhiteSpace(dashboard) || !File.Exists(dashboard) ? null : dashboard,
            Url(configuration["ASPNETCORE_URLS"] ?? configuration["urls"]),
            Url(configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"]),
            Url(configuration["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"]),
            configuration["AppHost:BrowserToken"] ?? NewSecret(),
            configuration["AppHost:OtlpApiKey"] ?? NewSecret(),
            configuration["AppHost:ResourceService:ApiKey"] ?? NewSecret());
    }

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The first address of a list; without one, a free port of this machine.</summary>
    private static Uri Url(string? configured)
    {
        var first = configured?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();
        return Uri.TryCreate(first, UriKind.Absolute, out var url)
            ? url
            : new UriBuilder(Uri.UriSchemeHttp, "localhost", LoopbackPorts.TakeFree()).Uri;
    }
}
