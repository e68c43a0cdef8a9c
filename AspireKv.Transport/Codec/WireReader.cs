using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Codec;

/// <summary>
/// Reads what <see cref="WireWriter"/> wrote. Whatever the bytes, it throws nothing but <see cref="MalformedMessageException"/>, and allocates no more
/// than a small multiple of the bytes that are there.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes, WireLimits limits, DecodeCache cache)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public WireLimits Limits { get; } = limits;

    public DecodeCache Cache { get; } = cache;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    [DoesNotReturn]
    public static void Refuse(string what) => throw new MalformedMessageException(what);

    public byte ReadByte() => ReadRaw(1)[0];

    public long ReadNumber(string what) => ReadNumber(long.MaxValue, what);

    public long ReadNumber(long max, string what)
    {
        var value = ReadVarint();
        if (value > (ulong)max)
        {
            Refuse($"{what} is {value}; at most {max} is legal.");
        }

        return (long)value;
    }

    public int ReadInt32(int max, string what) => (int)ReadNumber(max, what);

    public long ReadSigned()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ulong ReadFixed64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadRaw(8));

    public int ReadFixed32() => BinaryPrimitives.ReadInt32LittleEndian(ReadRaw(4));

    public ReadOnlySpan<byte> ReadRaw(int count)
    {
        if (count > _rest.Length)
        {
            Refuse($"{count} bytes are announced where {_rest.Length} are left.");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>A length and so many bytes, still in the buffer: to be copied by whoever keeps them.</summary>
    public ReadOnlySpan<byte> ReadBlock(int max, string what) => ReadRaw(ReadInt32(max, what));

    public string ReadText(int maxBytes, string what) => Cache.Text(ReadBlock(maxBytes, what));

    /// <summary>The number of items that follow, each of at least one byte, so that a list is never made for items that cannot be there.</summary>
    public int ReadCount(int max, string what)
    {
        var count = ReadInt32(max, what);
        if (count > _rest.Length)
        {
            Refuse($"{count} of {what} are announced where {_rest.Length} bytes are left.");
        }

        return count;
    }

    /// <summary>A byte in which no bit outside <paramref name="known"/> may be set.</summary>
    public byte ReadFlags(int known)
    {
        var flags = ReadByte();
        if ((flags & ~known) != 0)
        {
            Refuse($"The flags {flags:x2} hold an unknown bit.");
        }

        return flags;
    }

    public readonly void ExpectEnd()
    {
        if (!_rest.IsEmpty)
        {
            Refuse($"{_rest.Length} bytes are left at the end of the message.");
        }
    }

    private ulong ReadVarint()
    {
        var first = ReadByte();
        return first < 0x80 ? first : ReadLongVarint(first);
    }

    private ulong ReadLongVarint(byte first)
    {
        var value = (ulong)first & 0x7f;
        for (var shift = 7; shift < 64; shift += 7)
        {
            var next = ReadByte();
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= ((ulong)next & 0x7f) << shift;
            if (next < 0x80)
            {
                if (next == 0)
                {
                    Refuse("A number is written with more bytes than it needs.");
                }

                return value;
            }
        }

        Refuse("A number has more than 64 bits.");
        return 0;
    }
}
