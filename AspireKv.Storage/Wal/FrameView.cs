namespace AspireKv.Storage.Wal;

/// <summary>A frame that was read and found whole.</summary>
internal readonly ref struct FrameView(long position, long synced, ReadOnlySpan<byte> payload, int size)
{
    public long Position { get; } = position;

    public long Synced { get; } = synced;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Bytes of the frame with its padding.</summary>
    public int Size { get; } = size;

    public bool IsSeal => Payload[0] == Frame.SealKind;

    public bool IsMark => Payload[0] == Frame.MarkKind;
}
