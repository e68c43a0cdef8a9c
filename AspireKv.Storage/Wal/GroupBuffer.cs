using AspireKv.Cluster.Replicas;
using AspireKv.Encoding;
using AspireKv.Storage.Codec;

namespace AspireKv.Storage.Wal;

/// <summary>The frames that will share one write and one sync. Not thread-safe.</summary>
internal sealed class GroupBuffer
{
    /// <summary>A buffer that one burst made larger is given back afterwards.</summary>
    private const int MaxKeptBytes = 4 * 1024 * 1024;

    private const int InitialBytes = 64 * 1024;

    private readonly ByteWriter _frames = new(keptBytes: MaxKeptBytes, initialBytes: InitialBytes);

    public int Length => _frames.Length;

    public int Count { get; private set; }

    public long FirstPosition { get; private set; }

    public long LastPosition => FirstPosition + Count - 1;

    /// <summary>True when the group holds nothing but a mark.</summary>
    public bool IsOnlyMark { get; private set; }

    public ReadOnlySpan<byte> Bytes => _frames.Written.Span;

    /// <param name="position">The position after that of the record before.</param>
    /// <param name="record">The record.</param>
    /// <returns>The bytes of its frame.</returns>
    /// <exception cref="ArgumentException">The format cannot hold the record; the group is as it was.</exception>
    public int Add(long position, ReplicaRecord record)
    {
        var start = _frames.Reserve(Frame.HeaderBytes);
        try
        {
            RecordCodec.Write(_frames, record);
        }
        catch
        {
            _frames.Truncate(start);
            throw;
        }

        IsOnlyMark = false;
        return EndFrame(start, position);
    }

    public void AddMark(long position)
    {
        var start = _frames.Reserve(Frame.HeaderBytes);
        _frames.WriteByte(Frame.MarkKind);
        EndFrame(start, position);
        IsOnlyMark = Count == 1;
    }

    /// <summary>
    /// Completes every frame, once, now that it is known what is synced before the group is written, and to which segment it goes.
    /// </summary>
    public void Finish(long synced, long salt)
    {
        for (var offset = 0; offset < Length;)
        {
            offset += Frame.Finish(_frames.At(offset, Length - offset), synced, salt);
        }
    }

    public void Clear()
    {
        _frames.Clear();
        Count = 0;
    }

    /// <summary>Puts length and position before the payload that was written, and zeros behind; returns the size of the frame.</summary>
    private int EndFrame(int start, long position)
    {
        var payloadBytes = Length - start - Frame.HeaderBytes;
        var size = Frame.SizeOf(payloadBytes);
        var padding = size - Frame.HeaderBytes - payloadBytes;
        _frames.At(_frames.Reserve(padding), padding).Clear();
        Frame.Begin(_frames.At(start, size), payloadBytes, position);
        if (Count == 0)
        {
            FirstPosition = position;
        }

        Count++;
        return size;
    }
}
