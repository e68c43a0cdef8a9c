using System.Buffers.Binary;
using System.Diagnostics;

namespace AspireKv.Encoding;

/// <summary>
/// A buffer that grows as it is written and is used again and again. Not thread-safe. A value over its bound throws
/// <see cref="ArgumentException"/>; the caller then truncates to where the message or record began.
/// <code>
/// number  a varint: seven bits a byte, the lowest first, the highest bit set in all bytes but the last; as short as it can be; never
///         negative
/// signed  a number whose lowest bit is the sign (zigzag)
/// flags   a number of which each bit is a flag
/// fixed   4 or 8 bytes, the lowest first: for random numbers, which a varint would lengthen, and for what is filled in later
/// block   length (a number), so many bytes; a text is a block of UTF-8
/// </code>
/// </summary>
/// <param name="keptBytes">
/// A buffer that one burst made larger is given back when it is cleared, so that it does not cost memory for ever.
/// </param>
/// <param name="initialBytes">The size of the buffer once something is written.</param>
public sealed class ByteWriter(int keptBytes = 1024 * 1024, int initialBytes = 4096)
{
    /// <summary>What follows a long value is short; a buffer with room for that too is not copied once more for it.</summary>
    private const int SlackBytes = 64;

    private byte[] _buffer = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    public void Truncate(int length)
    {
        Debug.Assert(length <= Length, "Truncating never adds bytes.");
        Length = length;
    }

    public void Clear()
    {
        Length = 0;
        if (_buffer.Length > keptBytes)
        {
            _buffer = [];
        }
    }

    public void WriteByte(byte value) => Take(1)[0] = value;

    public void WriteNumber(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        WriteVarint((ulong)value);
    }

    /// <summary>A number that may be negative, the sign moved to the lowest bit.</summary>
    public void WriteSigned(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    public void WriteFlags(int flags) => WriteVarint((uint)flags);

    public void WriteFlag(bool flag) => WriteByte(flag ? (byte)1 : (byte)0);

    public void WriteFixed64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    /// <summary>16 bytes in the order of RFC 9562.</summary>
    public void WriteGuid(Guid id) => id.TryWriteBytes(Take(16), bigEndian: true, out _);

    /// <summary>The bytes as they are, without a length.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void WriteBlock(ReadOnlySpan<byte> bytes, int max, string what)
    {
        ThrowIfOver(bytes.Length, max, what);
        WriteVarint((ulong)bytes.Length);
        WriteRaw(bytes);
    }

    public void WriteText(string text, int maxBytes, string what)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(text);
        ThrowIfOver(length, maxBytes, what);
        WriteVarint((ulong)length);
        System.Text.Encoding.UTF8.GetBytes(text, Take(length));
    }

    /// <summary>The number of items that follow.</summary>
    public void WriteCount(int count, int max, string what)
    {
        ThrowIfOver(count, max, what);
        WriteVarint((ulong)count);
    }

    /// <summary>
    /// Leaves room that <see cref="At"/> fills later, and returns where it begins; what stands there is left from earlier uses.
    /// </summary>
    public int Reserve(int count)
    {
        var position = Length;
        Take(count);
        return position;
    }

    /// <summary>Bytes that were written or reserved, to be changed in place; good until the next byte is written.</summary>
    public Span<byte> At(int position, int count) => _buffer.AsSpan(0, Length).Slice(position, count);

    private static void ThrowIfOver(int length, int max, string what)
    {
        if (length > max)
        {
            throw new ArgumentException($"At most {max} are legal for {what}, not {length}.");
        }
    }

    private void WriteVarint(ulong value)
    {
        while (value >= 0x80)
        {
            WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        WriteByte((byte)value);
    }

    private Span<byte> Take(int count)
    {
        var start = Length;
        var end = checked(start + count);
        if (end > _buffer.Length)
        {
            Grow(end);
        }

        Length = end;
        return _buffer.AsSpan(start, count);
    }

    private void Grow(int needed)
    {
        var larger = (int)Math.Min(Math.Max(Math.Max(needed + (long)SlackBytes, initialBytes), 2L * _buffer.Length), Array.MaxLength);
        var grown = GC.AllocateUninitializedArray<byte>(larger);
        _buffer.AsSpan(0, Length).CopyTo(grown);
        _buffer = grown;
    }
}
