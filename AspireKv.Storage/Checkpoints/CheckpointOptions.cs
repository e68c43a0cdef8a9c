using System.ComponentModel.DataAnnotations;

namespace AspireKv.Storage.Checkpoints;

/// <summary>When memtables move to SQLite, and how large they may become.</summary>
internal sealed class CheckpointOptions
{
    public const string SectionName = "Storage:Checkpoints";

    /// <summary>
    /// Bytes of the memtable at which a checkpoint moves it to SQLite. Larger: overwritten values never reach SQLite, but start-up replays
    /// more and memory holds more.
    /// </summary>
    [Range(64 * 1024, 4L * 1024 * 1024 * 1024)]
    public long MemtableBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// Bytes of the memtable, what is being checkpointed included, beyond which writes are refused until the checkpoint is done. Larger:
    /// longer bursts, more memory.
    /// </summary>
    [Range(1024 * 1024, 16L * 1024 * 1024 * 1024)]
    public long MemtableLimitBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// Bytes of the write-ahead log since the last checkpoint at which the next one starts. Larger: fewer checkpoints under overwrites,
    /// slower start-up.
    /// </summary>
    [Range(64 * 1024, 16L * 1024 * 1024 * 1024)]
    public long WalBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>
    /// The longest time between a write and the checkpoint that moves it to SQLite. Shorter: start-up replays less, the disk writes more.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);
}
