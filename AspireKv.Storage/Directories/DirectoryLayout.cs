using System.Globalization;

namespace AspireKv.Storage.Directories;

/// <summary>
/// Where the files of one node are.
/// <code>
/// lock            held while a process uses the directory
/// identity        node id and incarnation; written last of all when the directory is first used
/// founding        the founding record, once there is one
/// topology        the newest topology that this node believes, once it is another one than the founding's
/// starts          the starts of processes over these files
/// lives           what this node saw of the others
/// wal/            the segments of the write-ahead log
/// entries.sqlite  what checkpoints moved out of it, with SQLite's own -wal and -shm beside it
/// damage          says what is wrong with these files, until they were set aside
/// damaged-1/      files that were set aside, with the note of what is wrong with them; never read again
/// </code>
/// </summary>
/// <param name="Root">The full path of the directory.</param>
internal sealed record DirectoryLayout(string Root)
{
    public const string Wal = "wal";
    public const string Founding = "founding";
    public const string DamageNote = "damage";

    private const string AsidePrefix = "damaged-";

    public string LockPath => Path.Combine(Root, "lock");

    public string IdentityPath => Path.Combine(Root, "identity");

    public string FoundingPath => Path.Combine(Root, Founding);

    public string TopologyPath => Path.Combine(Root, "topology");

    public string StartsPath => Path.Combine(Root, "starts");

    public string LivesPath => Path.Combine(Root, "lives");

    public string WalDirectory => Path.Combine(Root, Wal);

    public string SqlitePath => Path.Combine(Root, "entries.sqlite");

    public string DamagePath => Path.Combine(Root, DamageNote);

    /// <summary>The directory for the files that are set aside as the n-th.</summary>
    public string AsidePath(int number) => Path.Combine(Root, string.Create(CultureInfo.InvariantCulture, $"{AsidePrefix}{number}"));

    /// <summary>The number of a directory with files that were set aside, from 1; null where the name is of none.</summary>
    public static int? AsideNumber(string name) =>
        name.StartsWith(AsidePrefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(AsidePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0
            ? number
            : null;
}
