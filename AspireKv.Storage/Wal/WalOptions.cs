using System.ComponentModel.DataAnnotations;

namespace AspireKv.Storage.Wal;

/// <summary>How the write-ahead log is written, and how large it may become.</summary>
internal sealed class WalOptions
{
    public const string SectionName = "Storage:Wal";

    /// <summary>
    /// Bytes of one segment of the write-ahead log. Larger: fewer files are made, but more of the WAL is kept and replayed, since only
    /// whole segments go.
    /// </summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int SegmentSizeBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Bytes of records that may wait to be written. Beyond it, writes are refused until the disk caught up. Larger: longer bursts pass,
    /// more memory.
    /// </summary>
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    public int MaxPendingBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// How long the write-ahead log may be idle before it notes that all of it is synced. Shorter: more small syncs under light load.
    /// Longer: bit rot in the last group can be taken for a torn write for so much longer.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan IdleMarkDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Bytes of the write-ahead log, all segments together, beyond which writes are refused until a checkpoint let go of some. Must be at
    /// least <c>Storage:Checkpoints:WalBytes</c> and two segments. Larger: longer bursts, more disk, and a slower start after a crash.
    /// </summary>
    [Range(256 * 1024, 64L * 1024 * 1024 * 1024)]
    public long LimitBytes { get; set; } = 512 * 1024 * 1024;

    /// <summary>
    /// Bytes of the disk held back in segments kept ahead. When no more can be had, puts are refused, and deletes, promises and checkpoints
    /// live on this until there is room again. Larger: more deletes and checkpoints on a full disk, less room before. Zero: a full disk
    /// stops all changes.
    /// </summary>
    [Range(0, 16L * 1024 * 1024 * 1024)]
    public long ReserveBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// How often to look whether a full disk has room again, and to try again what found a lock held, or no memory or file descriptor.
    /// Shorter: sooner, and more failed tries.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan FullRetryInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Segments to keep ahead.</summary>
    internal int ReservedSegments => (int)((ReserveBytes + SegmentSizeBytes - 1) / SegmentSizeBytes);
}
