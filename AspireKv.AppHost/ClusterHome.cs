using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost;

/// <summary>
/// The place of a cluster on this machine: its settings, its nodes, the note of it and its data root, which is held until this is disposed
/// of.
/// </summary>
internal sealed class ClusterHome(ClusterSettings settings, DataRoot dataRoot, ClusterNote note) : IDisposable
{
    public ClusterSettings Settings => settings;

    public DataRoot DataRoot => dataRoot;

    public ClusterNote Note => note;

    /// <summary>The storage nodes that are declared, by number.</summary>
    public IReadOnlyList<PlannedNode> Nodes { get; } = NodeRoster.Plan(
        settings, note.Current, NodeDirectories.List(settings.DataRoot), NodeDirectories.HoldFounding(settings.DataRoot));

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

        if (ClusterNote.TryRead(settings, out var note, out problem))
        {
            var opened = new ClusterHome(settings, dataRoot, note);
            problem = PortCheck.FindProblem([.. listeners, .. settings.Ports(opened.Nodes)]);
            if (problem is null && note.TryStore(out problem))
            {
                home = opened;
                return true;
            }
        }

        dataRoot.Dispose();
        return false;
    }

    public void Dispose() => dataRoot.Dispose();
}
