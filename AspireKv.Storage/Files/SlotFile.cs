using System.Buffers.Binary;
using AspireKv.Encoding;
using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Files;

/// <summary>
/// A small value that is replaced now and then, and can be replaced on a disk that has no room: two slots of a file that is made once, with
/// room for both, written in turn.
/// <code>
/// slot   a <see cref="ChecksummedFile"/>: number of the write (8 bytes), value; the slot with the higher number counts
/// </code>
/// A crash during a write leaves the other slot, with what was there before.
/// </summary>
internal sealed class SlotFile(IFileSystem files, string path, ChecksummedFileKind kind)
{
    /// <summary>Room for more than the lives of as many members as there may be need as a rule.</summary>
    private const int SlotBytes = 64 * 1024;
    private const int NumberBytes = 8;

    private long _lastNumber;

    /// <summary>What was written last, or null when there is no file.</summary>
    /// <exception cref="StorageDamagedException">Neither slot is what was written.</exception>
    /// <exception cref="FormatVersionException">Another version of the program wrote the file.</exception>
    public T? Read<T>(Func<byte[], T> decode)
        where T : class
    {
        if (!files.Exists(path))
        {
            return null;
        }

        try
        {
            return decode(ReadNewest());
        }
        catch (Exception exception) when (exception is InvalidDataException or MalformedBytesException)
        {
            throw new StorageDamagedException($"'{path}' cannot be used: {exception.Message}.", exception);
        }
    }

    /// <summary>Durable when it returns.</summary>
    /// <exception cref="IOException">The disk failed, or the value does not fit.</exception>
    public void Write(ReadOnlySpan<byte> value)
    {
        var payload = new byte[NumberBytes + value.Length];
        BinaryPrimitives.WriteInt64LittleEndian(payload, _lastNumber + 1);
        value.CopyTo(payload.AsSpan(NumberBytes));
        var encoded = ChecksummedFile.Encode(kind, payload);
        if (encoded.Length > SlotBytes)
        {
            throw new IOException($"A value of {value.Length} bytes is too long for '{path}'.");
        }

        var slot = (_lastNumber + 1) % 2;
        if (files.Exists(path))
        {
            using var file = files.Open(path);
            file.Write(encoded, slot * SlotBytes);
            file.Sync();
        }
        else
        {
            var whole = new byte[2 * SlotBytes];
            encoded.CopyTo(whole.AsSpan((int)slot * SlotBytes));
            files.WriteWhole(path, whole);
        }

        _lastNumber++;
    }

    private byte[] ReadNewest()
    {
        var bytes = files.ReadAll(path, 2L * SlotBytes);
        byte[]? newest = null;
        InvalidDataException? fault = null;
        for (var slot = 0; slot < 2; slot++)
        {
            try
            {
                var payload = ChecksummedFile.DecodeFirst(bytes.AsSpan(Math.Min(bytes.Length, slot * SlotBytes)), kind);
                var number = payload.Length < NumberBytes ? 0 : BinaryPrimitives.ReadInt64LittleEndian(payload);
                if (number > _lastNumber)
                {
                    (_lastNumber, newest) = (number, payload[NumberBytes..]);
                }
            }
            catch (InvalidDataException exception)
            {
                fault = exception;
            }
        }

        return newest ?? throw fault ?? new InvalidDataException("it holds nothing");
    }
}
