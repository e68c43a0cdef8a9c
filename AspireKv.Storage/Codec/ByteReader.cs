using System.Buffers.Binary;

namespace AspireKv.Storage.Codec;

/// <summary>Reads what <see cref="ByteWriter"/> wrote; a length is believed only when that much is there.</summary>
/// <remarks>Throws <see cref="InvalidDataException"/> and nothing else.</remarks>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public byte Byte() => Bytes(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    public ReadOnlySpan<byte> Bytes(uint length)
    {
        if (length > (uint)(_bytes.Length - _position))
        {
            throw new InvalidDataException($"{length} bytes are announced at {_position} and {_bytes.Length - _position} are there");
        }

        var taken = _bytes.Slice(_position, (int)length);
        _position += (int)length;
        return taken;
    }

    /// <summary>A count of things that take at least <paramref name="size"/> bytes each.</summary>
    public int Count16(int size)
    {
        var count = UInt16();
        Expect(count, size);
        return count;
    }

    /// <summary>Throws unless so many things of at least <paramref name="size"/> bytes each can follow.</summary>
    public readonly void Expect(int count, int size)
    {
        if ((long)count * size > _bytes.Length - _position)
        {
            throw new InvalidDataException($"{count} elements are announced at {_position} and {_bytes.Length - _position} bytes are there");
        }
    }

    public readonly void End()
    {
        if (_position != _bytes.Length)
        {
            throw new InvalidDataException($"{_bytes.Length - _position} bytes are left over");
        }
    }
}
