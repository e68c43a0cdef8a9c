using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost;

/// <summary>Aspire's own listeners: where each is configured, and what it is.</summary>
internal static class AspireListeners
{
    private static readonly (string Variable, string Purpose)[] Known =
    [
        ("ASPNETCORE_URLS", "the dashboard"),
        ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "the dashboard's telemetry"),
        ("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "the dashboard's view of the resources"),
    ];

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
        foreach (var (variable, purpose) in Known)
        {
            foreach (var url in (configuration[variable] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                {
                    problem = $"{variable} is '{url}': give an address such as http://localhost:18888.";
                    return false;
                }

                read.Add(new PortUse(address.Port, purpose, variable));
            }
        }

        ports = [.. read.Where(static use => use.Port > 0)];
        return true;
    }
}
