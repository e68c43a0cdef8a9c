using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost;

/// <summary>
/// Aspire's own listeners: where each is configured, and what it is. The launch profile says so too; the program must also start without
/// it, as whoever runs the binary does, and Aspire by itself then ends with a stack trace.
/// </summary>
internal static class AspireListeners
{
    private const string AllowUnsecured = "ASPIRE_ALLOW_UNSECURED_TRANSPORT";
    private const string ResourceService = "_RESOURCE_SERVICE_ENDPOINT_URL";

    /// <summary>By each of its names Aspire takes the address; the first one is today's.</summary>
    private static readonly (string[] Variables, string Default, string Purpose)[] Known =
    [
        (["ASPNETCORE_URLS"], "http://localhost:18888", "the dashboard"),
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
        problem = null;
        var read = new List<PortUse>();
        var isHttpAllowed = configuration[AllowUnsecured] is "1" || bool.TryParse(configuration[AllowUnsecured], out var said) && said;
        foreach (var (variable, purpose) in Known.SelectMany(known => known.Variables.Select(variable => (variable, known.Purpose))))
        {
            foreach (var url in (configuration[variable] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                {
                    problem = $"{variable} is '{url}': give an address such as http://localhost:18888.";
                    return false;
                }

                if (variable.EndsWith(ResourceService, StringComparison.Ordinal) && !address.IsLoopback)
                {
                    problem = $"{variable} is '{url}': give a loopback address such as http://localhost:18890.";
                    return false;
                }

                if (address.Scheme is "http" && !isHttpAllowed)
                {
                    problem = $"{variable} is '{url}', and plain HTTP is not allowed: set {AllowUnsecured}=true, or give an https address "
                        + "and make a certificate for it with 'dotnet dev-certs https'.";
                    return false;
                }

                read.Add(new PortUse(address.Port, purpose, variable));
            }
        }

        ports = [.. read.Where(static use => use.Port > 0)];
        return true;
    }
}
