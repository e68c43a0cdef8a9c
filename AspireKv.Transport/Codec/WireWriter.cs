using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace AspireKv.Transport.Codec;

/// <summary>
/// A buffer that grows as it is written and is used again and again. Numbers are varints (seven bits a byte, the lowest first, as in Protocol Buffers)
/// unless said otherwise. A value over its bound throws <see cref="ArgumentException"/>; the caller then truncates to where the message began.
/// </summary>
internal sealed class WireWriter(WireLimits limits)
{
    private const int InitialBytes = 4096;

    /// <summary>A buffer that grew beyond this is given back when it is cleared, so that one burst does not cost memory for ever.</summary>
    private const int KeptBytes = 1024 * 1024;

    private byte[] _buffer = [];

    public WireLimits Limits { get; } = limits;

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
        if (_buffer.Length > KeptBytes)
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

    /// <summary>Eight bytes, the lowest first: for random numbers, which a varint would lengthen.</summary>
    public void WriteFixed64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    /// <summary>Room for four bytes that <see cref="FillFixed32"/> fills later.</summary>
    public int ReserveFixed32()
    {
        var position = Length;
        Take(4);
        return position;
    }

    public void FillFixed32(int position, int value) => BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(position, 4), value);

    /// <summary>The bytes as they are, without a length.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>The number of bytes, then the bytes.</summary>
    public void WriteBlock(ReadOnlySpan<byte> bytes, int max, string what)
    {
        ThrowIfOver(bytes.Length, max, what);
        WriteVarint((ulong)bytes.Length);
        WriteRaw(bytes);
    }

    /// <summary>The number of bytes, then the text in UTF-8.</summary>
    public void WriteText(string text, int maxBytes, string what)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        ThrowIfOver(length, maxBytes, what);
        WriteVarint((ulong)length);
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    public void WriteCount(int count, int max, string what)
    {
        ThrowIfOver(count, max, what);
        WriteVarint((ulong)count);
    }

    private static void ThrowIfOver(int length, int max, string what)
    {
        if (length > max)
        {
            throw new ArgumentException($"A message holds at most {max} for {what}, not {length}.");
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
        var grown = GC.AllocateUninitializedArray<byte>(Math.Max(needed, Math.Max(InitialBytes, _buffer.Length * 2)));
        _buffer.AsSpan(0, Length).CopyTo(grown);
        _buffer = grown;
    }
}
