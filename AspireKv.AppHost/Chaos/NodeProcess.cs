using System.Globalization;

namespace AspireKv.AppHost.Chaos;

/// <summary>
/// A storage node's own process, as Linux knows it. A number of a process says little: it may be a wrapper's, or have been given to
/// another program meanwhile. So the process must run the node's program with the node's data directory, and it is signalled only while
/// it is still the one that was found.
/// </summary>
internal sealed class NodeProcess
{
    private const string PidProperty = "executable.pid";
    private const string DataDirectoryVariable = "Node__DataDirectory=";
    private const char StoppedState = 'T';

    /// <summary>Where the fields of /proc/PID/stat are, counted from the one after the program's name.</summary>
    private const int StateField = 0;
    private const int StartTimeField = 19;

    private readonly string _startTime;

    private NodeProcess(int id, string startTime) => (Id, _startTime) = (id, startTime);

    public int Id { get; }

    /// <summary>Whether it was halted with SIGSTOP and not continued.</summary>
    public bool IsPaused => ReadStat(Id) is { } stat && stat[StateField][0] == StoppedState;

    /// <summary>The process behind a resource, or null when there is none or it is not the node's.</summary>
    /// <param name="snapshot">What Aspire knows of the resource.</param>
    /// <param name="program">The node's executable.</param>
    /// <param name="dataDirectory">The node's data directory.</param>
    public static NodeProcess? Find(CustomResourceSnapshot snapshot, string program, string dataDirectory)
    {
        var property = snapshot.Properties.FirstOrDefault(static property => property.Name == PidProperty)?.Value;
        return int.TryParse(Convert.ToString(property, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var id)
            && ReadStat(id) is { } stat
            && LinuxProcess.ReadCommandLine(id)[0] == program
            && LinuxProcess.ReadEnvironment(id).Contains(DataDirectoryVariable + dataDirectory)
                ? new NodeProcess(id, stat[StartTimeField])
                : null;
    }

    /// <summary>False when the process ended meanwhile.</summary>
    public bool TrySignal(Signal signal) =>
        ReadStat(Id) is { } stat && stat[StartTimeField] == _startTime && UnixSignals.TrySend(Id, signal);

    /// <summary>
    /// The fields after the program's name, which is in parentheses and may hold anything. A process that is dead but not yet reaped
    /// counts as none.
    /// </summary>
    private static string[]? ReadStat(int id)
    {
        var text = LinuxProcess.Read(id, "stat");
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartTimeField && fields[StateField] is not ("Z" or "X") ? fields : null;
    }
}
