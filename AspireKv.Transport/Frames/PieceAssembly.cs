using System.Buffers;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Frames;

/// <summary>Puts a message together that comes in pieces. Holds no more than came, and no more than a message may have.</summary>
internal sealed class PieceAssembly
{
    private byte[] _bytes = [];
    private int _length;

    /// <summary>What came so far: kind and body.</summary>
    public ReadOnlySpan<byte> Message => _bytes.AsSpan(0, _length);

    /// <exception cref="MalformedMessageException">The piece is empty, or the message would be too long.</exception>
    public void Add(ReadOnlySpan<byte> piece)
    {
        if (piece.IsEmpty || piece.Length > WireLimits.MaxMessageBytes - _length)
        {
            throw new MalformedMessageException(
                $"A piece of {piece.Length} bytes follows {_length} of its message; at most {WireLimits.MaxMessageBytes} are legal.");
        }

        if (piece.Length > _bytes.Length - _length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + piece.Length, Math.Min(2 * _length, WireLimits.MaxMessageBytes)));
            Message.CopyTo(larger);
            Return();
            _bytes = larger;
        }

        piece.CopyTo(_bytes.AsSpan(_length));
        _length += piece.Length;
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        Return();
        (_bytes, _length) = ([], 0);
    }

    private void Return()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
