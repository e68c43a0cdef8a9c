using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost;

/// <summary>The place of a cluster on this machine: its settings and its data root, which is held until this is disposed of.</summary>
internal sealed class ClusterHome(ClusterSettings settings, DataRoot dataRoot) : IDisposable
{
    /// <summary>Where Aspire's own listeners are configured, and what each is.</summary>
    private static readonly (string Variable, string Purpose)[] AspireListeners =
    [
        ("ASPNETCORE_URLS", "the dashboard"),
        ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "the dashboard's telemetry"),
        ("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "the dashboard's view of the resources"),
    ];

    public ClusterSettings Settings => settings;

    public DataRoot DataRoot => dataRoot;

    /// <summary>Sees to everything that has to be in order before a process is started: settings, data root, free ports.</summary>
    /// <param name="configuration">Where the options are.</param>
    /// <param name="appHostDirectory">Where the default data root is.</param>
    /// <param name="home">The place, when all is in order.</param>
    /// <param name="problem">Otherwise, one line that says what to do.</param>
    public static bool TryOpen(
        IConfiguration configuration,
        string appHostDirectory,
        [NotNullWhen(true)] out ClusterHome? home,
        [NotNullWhen(false)] out string? problem)
    {
        home = null;
        if (!ClusterSettings.TryRead(configuration, appHostDirectory, out var settings, out problem)
            || !DataRoot.TryOpen(settings.DataRoot, out var dataRoot, out problem))
        {
            return false;
        }

        problem = PortCheck.FindProblem([.. settings.Ports(), .. AspirePorts(configuration)]);
        if (problem is not null)
        {
            dataRoot.Dispose();
            return false;
        }

        home = new ClusterHome(settings, dataRoot);
        return true;
    }

    public void Dispose() => dataRoot.Dispose();

    private static IEnumerable<PortUse> AspirePorts(IConfiguration configuration)
    {
        foreach (var (variable, purpose) in AspireListeners)
        {
            foreach (var url in (configuration[variable] ?? "").Split(';'))
            {
                if (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Port > 0)
                {
                    yield return new PortUse(address.Port, purpose, $"the environment variable {variable}");
                }
            }
        }
    }
}
