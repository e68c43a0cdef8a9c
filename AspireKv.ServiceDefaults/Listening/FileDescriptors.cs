using System.Globalization;
using AspireKv.ServiceDefaults.StartUp;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>
/// How many files and connections the system lets this process have. One that has none left cannot even load the code that would say so:
/// the runtime ends it.
/// </summary>
internal static class FileDescriptors
{
    /// <summary>
    /// Left to the service itself: about 300 for its code, its own files and its links to others, and as many again for strangers at the
    /// peers' listener, for the management listener, and for what comes and goes.
    /// </summary>
    public const int Reserve = 640;

    /// <summary>Connections without which a service is of no use: health and metrics are needed most where things are short.</summary>
    public const int Least = 16;

    private const string LimitsFile = "/proc/self/limits";
    private const string Row = "Max open files";

    /// <summary>The limit of this process; null where the system does not tell, or has none.</summary>
    public static long? Limit => File.Exists(LimitsFile) ? Parse(File.ReadAllLines(LimitsFile)) : null;

    /// <summary>The soft limit, in the first column of the row; the runtime has raised it to the hard one.</summary>
    public static long? Parse(IEnumerable<string> lines) =>
        lines.FirstOrDefault(static line => line.StartsWith(Row, StringComparison.Ordinal)) is { } line
        && long.TryParse(
            line[Row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0],
            NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : null;

    /// <exception cref="StartUpException">The limit is too low for a service to be safe from strangers.</exception>
    public static void Require(long? limit)
    {
        if (limit < Reserve + Least)
        {
            throw new StartUpException(
                $"this process may open {limit} files, and needs {Reserve + Least} at least; raise the limit (ulimit -n, LimitNOFILE).");
        }
    }

    /// <summary>As many of the wanted connections as the limit leaves room for, once it is known to be enough.</summary>
    public static int Grant(int wanted, long? limit) =>
        limit is { } most ? (int)Math.Min(wanted, most - Reserve) : wanted;
}
