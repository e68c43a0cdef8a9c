using AspireKv.Encoding;

namespace AspireKv.Transport.Codec;

/// <summary>
/// What a message may hold at most, beside the bounds of its values (<see cref="ValueLimits"/>). The same bounds are kept by the writer,
/// where exceeding one is misuse, and by the reader, where it costs the peer its connection.
/// </summary>
internal sealed class WireLimits(int maxValueBytes)
{
    public const int MaxAccessTokenBytes = 4096;

    public const int MaxRevisions = 16;

    /// <summary>Keys in one page of a list; with the longest keys about 4 MiB.</summary>
    public const int MaxListedKeys = 4096;

    public static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    /// <summary>A status or founding record with the most members and partitions, at a usual number of replicas.</summary>
    private const int MaxTopologyBytes = 8 * 1024 * 1024;

    /// <summary>All of a message but its value.</summary>
    private const int MaxOverheadBytes = 64 * 1024;

    /// <summary>After so many bytes the sender starts another frame.</summary>
    public const int FrameTargetBytes = 1024 * 1024;

    /// <summary>The topology version at the beginning of a frame, and the length prefix of its last message.</summary>
    private const int FramingBytes = 12;

    public int MaxValueBytes { get; } = maxValueBytes;

    /// <summary>Bytes of one message, its length prefix not counted.</summary>
    public int MaxMessageBytes { get; } = Math.Max(maxValueBytes, MaxTopologyBytes) + MaxOverheadBytes;

    /// <summary>Bytes of one frame, its length prefix not counted: the target, exceeded by the last message.</summary>
    public int MaxFrameBytes => FramingBytes + FrameTargetBytes + MaxMessageBytes;
}
