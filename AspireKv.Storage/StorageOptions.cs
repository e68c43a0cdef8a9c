using System.ComponentModel.DataAnnotations;

namespace AspireKv.Storage;

/// <summary>How a node stores; where is <c>Node:DataDirectory</c>.</summary>
internal sealed class StorageOptions : IValidatableObject
{
    public const string SectionName = "Storage";

    /// <summary>
    /// Bytes of one segment of the write-ahead log. Larger: fewer files are made, but more of the log is kept and replayed, since only whole segments go.
    /// </summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int SegmentSizeBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Bytes of records that may wait to be written. Beyond it, writes are refused until the disk caught up. Larger: longer bursts pass, more memory.
    /// </summary>
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    public int MaxPendingBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// How long the log may be idle before it notes that all of it is synced. Shorter: more small syncs under light load. Longer: bit rot in the last group can
    /// be taken for a torn write for so much longer.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan IdleMarkDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Bytes of the memtable at which a checkpoint moves it to SQLite. Larger: overwritten values never reach SQLite, but start-up replays more and memory
    /// holds more.
    /// </summary>
    [Range(64 * 1024, 4L * 1024 * 1024 * 1024)]
    public long MemtableBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// Bytes of the memtable, what is being checkpointed included, beyond which writes are refused until the checkpoint is done. Larger: longer bursts, more memory.
    /// </summary>
    [Range(1024 * 1024, 16L * 1024 * 1024 * 1024)]
    public long MemtableLimitBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>Bytes of the log since the last checkpoint at which the next one starts. Larger: fewer checkpoints under overwrites, slower start-up.</summary>
    [Range(64 * 1024, 16L * 1024 * 1024 * 1024)]
    public long CheckpointLogBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>
    /// Bytes of the log, all segments together, beyond which writes are refused until a checkpoint let go of some. Must be at least
    /// <see cref="CheckpointLogBytes"/> and two segments. Larger: longer bursts, more disk, and a slower start after a crash.
    /// </summary>
    [Range(256 * 1024, 64L * 1024 * 1024 * 1024)]
    public long LogLimitBytes { get; set; } = 512 * 1024 * 1024;

    /// <summary>
    /// Bytes of the disk held back in segments kept ahead. When no more can be had, puts are refused, and deletes, promises and checkpoints live on this
    /// until there is room again. Larger: more deletes and checkpoints on a full disk, less room before. Zero: a full disk stops all changes.
    /// </summary>
    [Range(0, 16L * 1024 * 1024 * 1024)]
    public long ReserveBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Segments to keep ahead.</summary>
    internal int ReservedSegments => (int)((ReserveBytes + SegmentSizeBytes - 1) / SegmentSizeBytes);

    /// <summary>How often to look whether a full disk has room again. Shorter: sooner, and more failed tries.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan FullRetryInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time between a write and the checkpoint that moves it to SQLite. Shorter: start-up replays less, the disk writes more.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// SQLite's file is read and compared as a whole at every start while it has no more bytes than this; a larger one is left to the scrub. Larger: a slower
    /// start, and damage is found before it serves.
    /// </summary>
    [Range(0, 1024L * 1024 * 1024 * 1024)]
    public long CheckedAtStartBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>Bytes a second that the scrub reads to look for damage. More: damage is found sooner, and the disk has less to give to others.</summary>
    [Range(64 * 1024, 16L * 1024 * 1024 * 1024)]
    public long ScrubBytesPerSecond { get; set; } = 4 * 1024 * 1024;

    /// <summary>The pause between two passes of the scrub; the first one begins at the start, unless that compared everything. Shorter: damage is found sooner.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "20.00:00:00")]
    public TimeSpan ScrubInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Bytes of entries kept in memory after they moved to SQLite. Larger: fewer reads of SQLite, more memory.</summary>
    [Range(0, 16L * 1024 * 1024 * 1024)]
    public long CacheBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many reads of SQLite may run at once; each holds a connection. More: more memory and threads that wait for the disk.</summary>
    [Range(1, 64)]
    public int MaxSqliteReaders { get; set; } = 4;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LogLimitBytes < CheckpointLogBytes + (2L * SegmentSizeBytes))
        {
            yield return new ValidationResult("Storage:LogLimitBytes must be at least Storage:CheckpointLogBytes and twice Storage:SegmentSizeBytes together.");
        }

        if (MemtableLimitBytes <= MemtableBytes)
        {
            yield return new ValidationResult("Storage:MemtableLimitBytes must be more than Storage:MemtableBytes.");
        }
    }
}
