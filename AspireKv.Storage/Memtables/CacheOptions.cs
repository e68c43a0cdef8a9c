using System.ComponentModel.DataAnnotations;

namespace AspireKv.Storage.Memtables;

/// <summary>How much of what SQLite holds is kept in memory too.</summary>
internal sealed class CacheOptions
{
    public const string SectionName = "Storage:Cache";

    /// <summary>
    /// Bytes of entries kept in memory after they moved to SQLite: three quarters in equal shares for the partitions, and a quarter for
    /// values that are too large for half such a share. Larger: fewer reads of SQLite, more memory.
    /// </summary>
    [Range(0, 16L * 1024 * 1024 * 1024)]
    public long MaxBytes { get; set; } = 64 * 1024 * 1024;
}
