using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost;

/// <summary>
/// Aspire's own listeners: where each is configured, and what it is. The launch profile says so too; the program must also start without
/// it, as whoever runs the binary does, and Aspire by itself then ends with a stack trace.
/// </summary>
internal static class AspireListeners
{
    private const string DashboardUrls = "ASPNETCORE_URLS";
    private const string AllowUnsecured = "ASPIRE_ALLOW_UNSECURED_TRANSPORT";
    private const string ResourceService = "_RESOURCE_SERVICE_ENDPOINT_URL";

    /// <summary>By each of its names Aspire takes the address; the first one is today's.</summary>
    private static readonly (string[] Variables, string Default, string Purpose)[] Known =
    [
        ([DashboardUrls], "http://localhost:18888", "the dashboard"),
        (
            [
                "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "DOTNET_DASHBOARD_OTLP_ENDPOINT_URL",
                "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "DOTNET_DASHBOARD_OTLP_HTTP_ENDPOINT_URL",
            ],
            "http://localhost:18889",
            "the dashboard's telemetry"),
        (
            ["ASPIRE" + ResourceService, "DOTNET" + ResourceService],
            "http://localhost:18890",
            "the dashboard's view of the resources"),
    ];

    /// <summary>Says what nobody has said: the addresses, and that plain HTTP is meant, since they are this machine's.</summary>
    public static void AddDefaults(IConfiguration configuration)
    {
        foreach (var (variables, address, _) in Known)
        {
            if (variables.All(variable => string.IsNullOrWhiteSpace(configuration[variable])))
            {
                configuration[variables[0]] = address;
            }
        }

        if (string.IsNullOrWhiteSpace(configuration[AllowUnsecured]))
        {
            configuration[AllowUnsecured] = "true";
        }
    }

    /// <summary>The ports that are given by number.</summary>
    /// <param name="configuration">Where the addresses are.</param>
    /// <param name="ports">One for each address, except where the system chooses.</param>
    /// <param name="problem">One line about the first address that is none.</param>
    public static bool TryRead(
        IConfiguration configuration,
        [NotNullWhen(true)] out IReadOnlyList<PortUse>? ports,
        [NotNullWhen(false)] out string? problem)
    {
        ports = null;
        var read = new List<PortUse>();
        foreach (var (variable, purpose) in Known.SelectMany(known => known.Variables.Select(variable => (variable, known.Purpose))))
        {
            foreach (var url in UrlsOf(configuration, variable))
            {
                var address = Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed : null;
                if (FindFault(configuration, variable, purpose, address) is { } fault)
                {
                    problem = $"{variable} is '{url}'{fault}.";
                    return false;
                }

                read.Add(new PortUse(address!.Port, purpose, variable));
            }
        }

        problem = null;
        ports = [.. read.Where(static use => use.Port > 0)];
        return true;
    }

    /// <summary>How the sentence that begins with the address goes on.</summary>
    private static string? FindFault(IConfiguration configuration, string variable, string purpose, Uri? address) =>
        address?.Scheme is not ("http" or "https")
            ? ": give an address such as http://localhost:18888"
        : variable.EndsWith(ResourceService, StringComparison.Ordinal) && !address.IsLoopback
            ? ": give a loopback address such as http://localhost:18890"
        : !IsOfThisMachine(address)
            ? $", where {purpose} cannot listen: give an address of this machine, such as http://localhost:18888"
        : address.Scheme is "http" && !IsHttpAllowed(configuration)
            ? $", and plain HTTP is not allowed: set {AllowUnsecured}=true, or give an https address and make a certificate for it with "
                + "'dotnet dev-certs https'"
        : address.Scheme is "https" && !IsCertificateConfigured(configuration) && !DeveloperCertificate.IsThere()
            ? ", and this user has no development certificate: make one with 'dotnet dev-certs https', or give an http address"
        : null;

    /// <summary>Only the dashboard itself may have several.</summary>
    private static string[] UrlsOf(IConfiguration configuration, string variable) =>
        (configuration[variable] ?? "").Split(
            variable == DashboardUrls ? ';' : '\0', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsHttpAllowed(IConfiguration configuration) =>
        configuration[AllowUnsecured] is "1" || (bool.TryParse(configuration[AllowUnsecured], out var said) && said);

    /// <summary>Names are not resolved, since that may take long: a name is this machine's only if the machine calls itself so.</summary>
    private static bool IsOfThisMachine(Uri address) =>
        address.IsLoopback
        || address.IdnHost.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.IdnHost, out var ip)
            ? PortCheck.TryListen(ip, port: 0) is SocketError.Success
            : address.IdnHost.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Kestrel takes these instead of the development certificate.</summary>
    private static bool IsCertificateConfigured(IConfiguration configuration) =>
        configuration.GetSection("Kestrel:Certificates").Exists() || configuration.GetSection("ASPNETCORE_Kestrel:Certificates").Exists();
}
