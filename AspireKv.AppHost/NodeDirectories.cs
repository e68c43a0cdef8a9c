using System.Globalization;
using AspireKv.Durability;

namespace AspireKv.AppHost;

/// <summary>The directories of the storage nodes in a data root, whose names are those of the nodes.</summary>
internal static class NodeDirectories
{
    private const string Prefix = "node";

    /// <summary>The file in which a node keeps the founding record.</summary>
    private const string FoundingFile = "founding";

    public static string NameOf(int id) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{id}");

    /// <summary>The numbers of the nodes that have a directory; none where there is no data root yet.</summary>
    public static IReadOnlySet<int> List(string dataRoot) => Directory.Exists(dataRoot)
        ? Directory.GetDirectories(dataRoot).Select(static path => NumberOf(Path.GetFileName(path))).Where(static id => id > 0).ToHashSet()
        : new HashSet<int>();

    /// <summary>Whether a node has stored that the cluster was founded.</summary>
    public static bool HoldFounding(string dataRoot) =>
        List(dataRoot).Any(id => File.Exists(Path.Combine(dataRoot, NameOf(id), FoundingFile)));

    /// <summary>
    /// Renames the directory of a node that has ended, so that its next start begins with nothing. What the node held stays, for whoever
    /// wants it.
    /// </summary>
    /// <param name="dataRoot">The data root.</param>
    /// <param name="id">The number of the node.</param>
    /// <param name="now">What the new name says.</param>
    /// <returns>The new name, or null when the node has no directory.</returns>
    /// <exception cref="IOException">The directory could not be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static string? SetAside(string dataRoot, int id, DateTimeOffset now)
    {
        var name = NameOf(id);
        if (!Directory.Exists(Path.Combine(dataRoot, name)))
        {
            return null;
        }

        var wanted = string.Create(CultureInfo.InvariantCulture, $"{name}.removed-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
        var aside = Enumerable.Range(1, int.MaxValue)
            .Select(count => count == 1 ? wanted : string.Create(CultureInfo.InvariantCulture, $"{wanted}-{count}"))
            .First(free => !Path.Exists(Path.Combine(dataRoot, free)));
        Directory.Move(Path.Combine(dataRoot, name), Path.Combine(dataRoot, aside));
        DiskSync.SyncDirectory(dataRoot);
        return aside;
    }

    /// <summary>0 for a directory of something else.</summary>
    private static int NumberOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && NameOf(id) == name
            ? id : 0;
}
