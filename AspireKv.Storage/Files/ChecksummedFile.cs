using System.Buffers.Binary;
using AspireKv.Encoding;
using AspireKv.Storage.Codec;
using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Files;

/// <summary>
/// A small file that is written as a whole and checked as a whole.
/// <code>
///  0          8         10        12       16       20
///  +----------+---------+---------+--------+--------+---------+
///  | AspireKv | version | kind    | length | CRC32C | payload |
///  +----------+---------+---------+--------+--------+---------+
/// </code>
/// The CRC covers the 16 bytes before it and the payload.
/// </summary>
internal static class ChecksummedFile
{
    public const ushort CurrentVersion = 3;

    private const int HeaderBytes = 20;
    private const int MaxBytes = 64 * 1024 * 1024;

    private static ReadOnlySpan<byte> Magic => "AspireKv"u8;

    /// <summary>Durable when it returns.</summary>
    public static void Write(IFileSystem files, string path, ChecksummedFileKind kind, ReadOnlySpan<byte> payload) =>
        files.WriteWhole(path, Encode(kind, payload));

    public static byte[] Encode(ChecksummedFileKind kind, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[HeaderBytes + payload.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), CurrentVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(10), (ushort)kind);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)payload.Length);
        payload.CopyTo(bytes.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), Crc(bytes));
        return bytes;
    }

    /// <exception cref="StorageDamagedException">The file is not what was written.</exception>
    /// <exception cref="FormatVersionException">The file is of another version.</exception>
    /// <exception cref="InvalidDataException">The file is what was written, but this program cannot read it.</exception>
    public static TResult Read<TResult>(IFileSystem files, string path, ChecksummedFileKind kind, Func<byte[], TResult> decode)
    {
        byte[] payload;
        try
        {
            payload = Decode(files.ReadAll(path, MaxBytes), kind);
        }
        catch (InvalidDataException exception)
        {
            throw new StorageDamagedException($"'{path}' cannot be used: {exception.Message}.", exception);
        }
        catch (FormatVersionException exception)
        {
            throw new FormatVersionException($"'{path}' cannot be used: {exception.Message}.", exception);
        }

        try
        {
            return decode(payload);
        }
        catch (MalformedBytesException exception)
        {
            throw new InvalidDataException($"'{path}' is whole, but this program cannot read it: {exception.Message}.", exception);
        }
    }

    /// <summary>What stands at the beginning of these bytes; others may follow.</summary>
    /// <exception cref="InvalidDataException">These bytes are not what was written.</exception>
    /// <exception cref="FormatVersionException">The bytes are of another version.</exception>
    public static byte[] DecodeFirst(ReadOnlySpan<byte> bytes, ChecksummedFileKind kind)
    {
        var length = bytes.Length < HeaderBytes ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        return Decode(bytes[..(int)Math.Min(bytes.Length, HeaderBytes + (long)length)].ToArray(), kind);
    }

    private static byte[] Decode(byte[] bytes, ChecksummedFileKind kind)
    {
        if (bytes.Length < HeaderBytes || !bytes.AsSpan(0, 8).SequenceEqual(Magic))
        {
            throw new InvalidDataException("it is not a file of AspireKv");
        }

        // A later version may have put its checksum elsewhere. If the one here fits this version, then only the number of the version is
        // harmed.
        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), CurrentVersion);
        var fits = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(16)) == Crc(bytes);
        if (version != CurrentVersion && !fits)
        {
            throw new FormatVersionException(version, CurrentVersion);
        }

        if (version != CurrentVersion
            || !fits
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(10)) != (ushort)kind
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12)) != bytes.Length - HeaderBytes)
        {
            throw new InvalidDataException("its checksum does not fit");
        }

        return bytes[HeaderBytes..];
    }

    private static uint Crc(ReadOnlySpan<byte> bytes) =>
        Crc32C.Finish(Crc32C.Add(Crc32C.Add(Crc32C.Start, bytes[..16]), bytes[HeaderBytes..]));
}
