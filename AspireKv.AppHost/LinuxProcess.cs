using System.Globalization;
using System.Text;

namespace AspireKv.AppHost;

/// <summary>What Linux tells of processes in <c>/proc</c>; other systems tell nothing there.</summary>
internal static class LinuxProcess
{
    private const string Root = "/proc";

    /// <summary>The numbers of all processes.</summary>
    public static IEnumerable<int> All => Directory.Exists(Root)
        ? Directory.EnumerateDirectories(Root)
            .Select(static path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(static id => id > 0)
        : [];

    public static IReadOnlyList<string> ReadCommandLine(int id) => ReadList(id, "cmdline");

    /// <summary>The environment that the process was started with; nothing of one that is dead, though not yet reaped.</summary>
    public static IReadOnlyList<string> ReadEnvironment(int id) => ReadList(id, "environ");

    /// <summary>What stands in a file of the process; nothing when the process is gone, or somebody else's.</summary>
    public static string Read(int id, string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(Root, id.ToString(CultureInfo.InvariantCulture), file)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string[] ReadList(int id, string file) => Read(id, file).Split('\0');
}
