using System.Text;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>Finds what an AppHost left behind.</summary>
internal static class Leftovers
{
    /// <summary>
    /// Every process whose environment has a given word: services, dashboard and orchestrator, whoever their parent is by now, since all
    /// have inherited the AppHost's environment.
    /// </summary>
    public static List<string> Of(string mark)
    {
        var found = new List<string>();
        var processes = Directory.EnumerateDirectories("/proc").Where(static path => char.IsAsciiDigit(Path.GetFileName(path)[0]));
        foreach (var directory in processes)
        {
            try
            {
                if (Read(directory, "environ").Contains(mark, StringComparison.Ordinal))
                {
                    found.Add($"{Path.GetFileName(directory)} {Read(directory, "cmdline").Replace('\0', ' ')}");
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The process ended meanwhile, or belongs to somebody else.
            }
        }

        return found;
    }

    /// <summary>The services among them: the AppHost ends only after its services have.</summary>
    public static IEnumerable<string> ServicesOf(string mark) =>
        Of(mark).Where(static found => found.Contains("/AspireKv.", StringComparison.Ordinal));

    public static Task GoneAsync(string mark) =>
        Eventually.TrueAsync(
            () => Of(mark).Count == 0, "all processes end", () => string.Join("; ", Of(mark)), Eventually.ForProcesses);

    private static string Read(string directory, string file) => Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(directory, file)));
}
