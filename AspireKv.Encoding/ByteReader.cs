using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace AspireKv.Encoding;

/// <summary>
/// Reads what <see cref="ByteWriter"/> wrote. Whatever the bytes, the reader throws nothing but <see cref="MalformedBytesException"/>, and
/// allocates no more than a small multiple of the bytes that are there: a length or a count is compared with its bound, and with what is
/// left, before anything is made for it.
/// </summary>
public ref struct ByteReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ReadOnlyMemory<byte> _kept;
    private readonly DecodeCache? _cache;
    private int _position;

    /// <param name="bytes">A buffer of somebody else: what is kept of it is copied.</param>
    /// <param name="cache">Gives texts and blocks that repeat as the same object.</param>
    public ByteReader(ReadOnlySpan<byte> bytes, DecodeCache? cache = null)
    {
        _bytes = bytes;
        _cache = cache;
    }

    private ByteReader(ReadOnlyMemory<byte> bytes)
        : this(bytes.Span) => _kept = bytes;

    private readonly int Left => _bytes.Length - _position;

    /// <summary>Reads bytes that nobody will change: the values that are read are parts of them, not copies.</summary>
    public static ByteReader Keeping(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <param name="what">What is wrong, as the rest of a sentence.</param>
    /// <exception cref="MalformedBytesException">Always.</exception>
    [DoesNotReturn]
    public static void Refuse(string what) => throw new MalformedBytesException(what);

    public byte ReadByte()
    {
        if (_position == _bytes.Length)
        {
            Refuse("1 byte is announced where 0 are left");
        }

        return _bytes[_position++];
    }

    public long ReadNumber(string what) => ReadNumber(long.MaxValue, what);

    public long ReadNumber(long max, string what)
    {
        var value = ReadVarint();
        if (value > (ulong)max)
        {
            Refuse($"{what} is {value}, and at most {max} is legal");
        }

        return (long)value;
    }

    public int ReadInt32(int max, string what) => (int)ReadNumber(max, what);

    public long ReadSigned()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number in which no bit outside <paramref name="known"/> may be set.</summary>
    public int ReadFlags(int known)
    {
        var flags = ReadInt32(int.MaxValue, "a set of flags");
        if ((flags & ~known) != 0)
        {
            Refuse($"the flags {flags:x2} hold an unknown bit");
        }

        return flags;
    }

    /// <summary>A byte that is 0 or 1.</summary>
    public bool ReadFlag() => ReadFlags(1) != 0;

    public ulong ReadFixed64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadRaw(8));

    /// <summary>16 bytes in the order of RFC 9562.</summary>
    public Guid ReadGuid() => new(ReadRaw(16), bigEndian: true);

    /// <summary>So many bytes, still in the buffer: to be copied by whoever keeps them.</summary>
    public ReadOnlySpan<byte> ReadRaw(int count)
    {
        if (count > Left)
        {
            Refuse($"{count} bytes are announced where {Left} are left");
        }

        var taken = _bytes.Slice(_position, count);
        _position += count;
        return taken;
    }

    /// <inheritdoc cref="ReadRaw"/>
    public ReadOnlySpan<byte> ReadBlock(int max, string what) => ReadRaw(ReadInt32(max, what));

    /// <summary>A block that may be kept: a part of the bytes that are read where they are kept, and otherwise a copy.</summary>
    public ReadOnlyMemory<byte> ReadKeptBlock(int max, string what)
    {
        var block = ReadBlock(max, what);
        return _kept.IsEmpty ? block.ToArray() : _kept.Slice(_position - block.Length, block.Length);
    }

    /// <summary>A block that may be kept, and that often repeats.</summary>
    public ReadOnlyMemory<byte> ReadRepeatedBlock(int max, string what)
    {
        var block = ReadBlock(max, what);
        return _cache is { } cache ? cache.Block(block) : block.ToArray();
    }

    public string ReadText(int maxBytes, string what)
    {
        var block = ReadBlock(maxBytes, what);
        return _cache is { } cache ? cache.Text(block) : DecodeCache.Decode(block);
    }

    /// <summary>The number of items that follow, each of at least one byte.</summary>
    public int ReadCount(int max, string what)
    {
        var count = ReadInt32(max, what);
        ExpectItems(count, what);
        return count;
    }

    /// <summary>Refuses unless so many items, each of at least one byte, can follow.</summary>
    public readonly void ExpectItems(int count, string what)
    {
        if (count > Left)
        {
            Refuse($"{count} of {what} are announced where {Left} bytes are left");
        }
    }

    public readonly void ExpectEnd()
    {
        if (Left != 0)
        {
            Refuse($"{Left} bytes are left at the end");
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
                    Refuse("a number is written with more bytes than it needs");
                }

                return value;
            }
        }

        Refuse("a number has more than 64 bits");
        return 0;
    }
}
