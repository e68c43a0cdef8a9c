using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Codec;

namespace AspireKv.Storage.Wal;

/// <summary>The frames that will share one write and one sync. Not thread-safe.</summary>
internal sealed class GroupBuffer
{
    private const int SmallestBytes = 64 * 1024;

    /// <summary>A buffer that one burst made larger is given back afterwards.</summary>
    private const int LargestKeptBytes = 4 * 1024 * 1024;

    private byte[] _bytes = new byte[SmallestBytes];

    public int Length { get; private set; }

    public int Count { get; private set; }

    public long FirstPosition { get; private set; }

    public long LastPosition => FirstPosition + Count - 1;

    /// <summary>True when the group holds nothing but a mark.</summary>
    public bool IsOnlyMark { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <param name="position">The position after that of the record before.</param>
    /// <param name="record">The record.</param>
    /// <param name="payloadBytes">What <see cref="RecordCodec.Measure"/> said of the record.</param>
    public void Add(long position, ReplicaRecord record, int payloadBytes)
    {
        var writer = new ByteWriter(Begin(position, payloadBytes));
        RecordCodec.Write(ref writer, record);
        IsOnlyMark = false;
    }

    public void AddMark(long position)
    {
        Begin(position, 1)[0] = Frame.MarkKind;
        IsOnlyMark = Count == 1;
    }

    /// <summary>
    /// Completes every frame, once, now that it is known what is synced before the group is written, and to which segment it goes.
    /// </summary>
    public void Finish(long synced, long salt)
    {
        for (var offset = 0; offset < Length;)
        {
            offset += Frame.Finish(_bytes.AsSpan(offset), synced, salt);
        }
    }

    public void Clear()
    {
        if (_bytes.Length > LargestKeptBytes)
        {
            _bytes = new byte[SmallestBytes];
        }

        Length = 0;
        Count = 0;
        IsOnlyMark = false;
    }

    /// <summary>Makes room for a frame and returns the room of its payload.</summary>
    private Span<byte> Begin(long position, int payloadBytes)
    {
        var size = Frame.SizeOf(payloadBytes);
        if (Length + size > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Max((long)Length + size, Math.Min(2L * _bytes.Length, Array.MaxLength)));
        }

        var frame = _bytes.AsSpan(Length, size);
        frame[^Frame.Alignment..].Clear();
        Frame.Begin(frame, payloadBytes, position);
        if (Count == 0)
        {
            FirstPosition = position;
        }

        Length += size;
        Count++;
        return frame.Slice(Frame.HeaderBytes, payloadBytes);
    }
}
