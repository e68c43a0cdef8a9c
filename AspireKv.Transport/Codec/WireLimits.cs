using AspireKv.Encoding;

namespace AspireKv.Transport.Codec;

/// <summary>
/// What a message may hold at most, beside the bounds of its values (<see cref="ValueLimits"/>). The same bounds are kept by the writer,
/// where exceeding one is misuse, and by the reader, where it costs the peer its connection.
/// </summary>
internal static class WireLimits
{
    public const int MaxAccessTokenBytes = 4096;

    public const int MaxRevisions = 16;

    /// <summary>Keys in one page of a list; with the longest keys and stamps less than 5 MiB.</summary>
    public const int MaxListedKeys = 4096;

    public static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    /// <summary>For how long something has been so; what is older is told as this old.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(36_500);

    /// <summary>
    /// All of a message but its value. What carries no value (a status of the most members and partitions at a usual number of replicas, a
    /// page of keys) is shorter than the longest value.
    /// </summary>
    private const int MaxOverheadBytes = 64 * 1024;

    /// <summary>After so many bytes of small messages the sender starts another frame.</summary>
    public const int FrameTargetBytes = 40 * 1024;

    /// <summary>The longest message, kind and body, that waits among the small ones; a longer one is sent in pieces.</summary>
    public const int SmallMessageBytes = 16 * 1024;

    /// <summary>
    /// Bytes of one piece: what a small message waits for at most before it is its turn. Not less than what the connection takes in without
    /// having sent it, or the sender could not tell how fast that is.
    /// </summary>
    public const int PieceBytes = 64 * 1024;

    /// <summary>The topology version at the beginning of a frame, and the length prefix of its last message.</summary>
    private const int FramingBytes = 12;

    /// <summary>
    /// Bytes of one message, its length prefix not counted: whatever is stored fits into one. How long values are in this cluster is known
    /// only once it is founded, and streams are up before.
    /// </summary>
    public const int MaxMessageBytes = ValueLimits.MaxValueBytes + MaxOverheadBytes;

    /// <summary>
    /// Bytes of one frame, its length prefix not counted: the target, exceeded by the last message. Any message may come whole.
    /// </summary>
    public const int MaxFrameBytes = FramingBytes + FrameTargetBytes + MaxMessageBytes;
}
