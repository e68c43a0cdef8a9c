using System.Text;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>Finds what an AppHost left behind.</summary>
internal static class DataRootUsers
{
    /// <summary>Every process whose environment names the data root: the services, whoever their parent is by now.</summary>
    public static List<int> Of(string dataRoot)
    {
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(static path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                if (Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(directory, "environ"))).Contains(dataRoot, StringComparison.Ordinal))
                {
                    found.Add(int.Parse(Path.GetFileName(directory), System.Globalization.CultureInfo.InvariantCulture));
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or belongs to somebody else.
            }
        }

        return found;
    }
}
