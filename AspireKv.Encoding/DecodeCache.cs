using System.IO.Hashing;
using System.Text;

namespace AspireKv.Encoding;

/// <summary>
/// Gives back the same object for the same bytes where it can: access tokens and content types repeat from message to message, and a copy
/// for each would be most of what decoding allocates. One for each connection, used by its read loop alone; a newcomer takes the slot of
/// whoever is there.
/// </summary>
public sealed class DecodeCache
{
    private const int Slots = 64;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[]?[] _blocks = new byte[Slots][];
    private readonly (byte[] Bytes, string Text)[] _texts = new (byte[], string)[Slots];

    public ReadOnlyMemory<byte> Block(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return default;
        }

        ref var slot = ref _blocks[Slot(bytes)];
        if (slot is null || !bytes.SequenceEqual(slot))
        {
            slot = bytes.ToArray();
        }

        return slot;
    }

    public string Text(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return "";
        }

        ref var slot = ref _texts[Slot(bytes)];
        if (slot.Bytes is null || !bytes.SequenceEqual(slot.Bytes))
        {
            slot = (bytes.ToArray(), Decode(bytes));
        }

        return slot.Text;
    }

    /// <exception cref="MalformedBytesException">The bytes are no UTF-8.</exception>
    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new MalformedBytesException("a text is not valid UTF-8");
        }
    }

    private static int Slot(ReadOnlySpan<byte> bytes) => (int)(XxHash3.HashToUInt64(bytes) % Slots);
}
