using AspireKv.Encoding;
using AspireKv.Transport.Codec;

namespace AspireKv.Transport.Frames;

/// <summary>The large messages that wait to be sent, first come first served, one piece at a time. Not thread-safe.</summary>
internal sealed class LargeMessages
{
    private readonly Queue<ByteWriter> _waiting = new();

    /// <summary>How much of the first message was taken.</summary>
    private int _taken;

    private long _lastPlace;

    /// <summary>Bytes that wait, framing not counted.</summary>
    public long Bytes { get; private set; }

    /// <summary>The place of the last message that was taken whole: nobody can act on a part of one.</summary>
    public long LastTaken { get; private set; }

    /// <summary>Takes the message, whose buffer is the queue's until its last piece was sent.</summary>
    /// <returns>The place of the message, from 1.</returns>
    public long Add(ByteWriter message)
    {
        _waiting.Enqueue(message);
        Bytes += message.Length;
        return ++_lastPlace;
    }

    /// <summary>Takes the next piece; false when none waits.</summary>
    public bool TryTake(out MessagePiece piece)
    {
        piece = default;
        if (!_waiting.TryPeek(out var message))
        {
            return false;
        }

        piece = new MessagePiece(message, _taken, Math.Min(WireLimits.PieceBytes, message.Length - _taken));
        _taken += piece.Length;
        Bytes -= piece.Length;
        if (piece.IsLast)
        {
            _waiting.Dequeue();
            _taken = 0;
            LastTaken++;
        }

        return true;
    }
}
