using System.ComponentModel.DataAnnotations;

namespace AspireKv.Storage.Sqlite;

/// <summary>How SQLite's file is read.</summary>
internal sealed class SqliteOptions
{
    public const string SectionName = "Storage:Sqlite";

    /// <summary>
    /// SQLite's file is read and compared as a whole at every start while it has no more bytes than this; a larger one is left to the
    /// scrub. Larger: a slower start, and damage is found before it serves.
    /// </summary>
    [Range(0, 1024L * 1024 * 1024 * 1024)]
    public long CheckedAtStartBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>
    /// How many reads of SQLite may run at once; each holds a connection. More: more memory and threads that wait for the disk.
    /// </summary>
    [Range(1, 64)]
    public int MaxReaders { get; set; } = 4;
}
