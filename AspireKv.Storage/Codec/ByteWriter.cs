using System.Buffers.Binary;

namespace AspireKv.Storage.Codec;

/// <summary>Writes little-endian values one after the other into room that was measured before.</summary>
internal ref struct ByteWriter(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    public int Position { get; private set; }

    public void Byte(byte value) => _room[Position++] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    public Span<byte> Take(int length)
    {
        var taken = _room.Slice(Position, length);
        Position += length;
        return taken;
    }
}
