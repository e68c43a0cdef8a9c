using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AspireKv.AppHost;

/// <summary>The file <c>cluster.json</c> in the data root while the AppHost runs. May be used from any thread.</summary>
internal sealed class ClusterNote(string dataRoot, FoundedCluster noted)
{
    private readonly Lock _gate = new();

    public FoundedCluster Current { get; private set; } = noted;

    private string File => Path.Combine(dataRoot, FoundedCluster.FileName);

    /// <summary>
    /// What is noted of the cluster, with what is asked for now: of one that is about to be founded, the settings. Nothing is written yet.
    /// </summary>
    /// <param name="settings">What is asked for.</param>
    /// <param name="note">The note.</param>
    /// <param name="problem">Otherwise, one line about what cannot be had, or about the file.</param>
    public static bool TryRead(
        ClusterSettings settings, [NotNullWhen(true)] out ClusterNote? note, [NotNullWhen(false)] out string? problem)
    {
        note = null;
        problem = null;
        var present = NodeDirectories.List(settings.DataRoot);
        if (present.Count == 0)
        {
            note = new ClusterNote(settings.DataRoot, new FoundedCluster(settings.Nodes, settings.ReplicationFactor));
            return true;
        }

        var file = Path.Combine(settings.DataRoot, FoundedCluster.FileName);
        if (FoundedCluster.Read(settings.DataRoot) is not { } noted)
        {
            var nodes = present.Max();
            var assumed = new FoundedCluster(nodes, ClusterSettings.DefaultReplicationFactor(nodes));
            problem = $"The data root {settings.DataRoot} holds the data of {nodes} nodes, but {file}, which says what their cluster was "
                + "founded with, is missing or cannot be right. Put it back from a copy, or write into it what was given at the first "
                + $"start, such as {Encoding.UTF8.GetString(assumed.ToJson())}: once founded, the nodes go by what they hold themselves, "
                + "and the data stay as they are.";
            return false;
        }

        if (noted.ReplicationFactor != settings.ReplicationFactor)
        {
            problem = $"The cluster in the data root {settings.DataRoot} was founded with --replication-factor {noted.ReplicationFactor}, "
                + $"not {settings.ReplicationFactor}, as {file} says: leave the option out, and once the cluster runs, change it with "
                + $"'akv plan replication {settings.ReplicationFactor} --commit'.";
            return false;
        }

        note = new ClusterNote(settings.DataRoot, noted.WithAsked(settings.Nodes));
        return true;
    }

    /// <summary>Writes the note as it is now.</summary>
    public bool TryStore([NotNullWhen(false)] out string? problem)
    {
        try
        {
            Change(static noted => noted);
            problem = null;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"{File} cannot be written: {exception.Message} Make room for it, or give another --data-root.";
            return false;
        }
    }

    /// <summary>Changes the note, in the file and here.</summary>
    /// <exception cref="IOException">The file could not be written; the note stays as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void Change(Func<FoundedCluster, FoundedCluster> change)
    {
        lock (_gate)
        {
            var next = change(Current);
            WholeFile.Write(File, next.ToJson());
            Current = next;
        }
    }
}
