using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost;

/// <summary>The place of a cluster on this machine: its settings and its data root, which is held until this is disposed of.</summary>
internal sealed class ClusterHome(ClusterSettings settings, DataRoot dataRoot) : IDisposable
{
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
            || !AspireListeners.TryRead(configuration, out var listeners, out problem)
            || (problem = AspirePrograms.FindProblem(configuration)) is not null
            || !DataRoot.TryOpen(settings.DataRoot, out var dataRoot, out problem))
        {
            return false;
        }

        problem = FoundedCluster.FindProblem(dataRoot, settings) ?? PortCheck.FindProblem([.. listeners, .. settings.Ports()]);
        if (problem is not null || !FoundedCluster.TryStore(dataRoot, settings, out problem))
        {
            dataRoot.Dispose();
            return false;
        }

        home = new ClusterHome(settings, dataRoot);
        return true;
    }

    public void Dispose() => dataRoot.Dispose();
}
