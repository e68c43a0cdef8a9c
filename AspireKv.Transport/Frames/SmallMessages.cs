using System.Diagnostics.CodeAnalysis;

namespace AspireKv.Transport.Frames;

/// <summary>The small messages that wait to be sent, first come first served, gathered in frames. Not thread-safe.</summary>
/// <param name="topologyVersion">Asked for each frame; must not block.</param>
internal sealed class SmallMessages(Func<long> topologyVersion)
{
    /// <summary>One frame is being sent while another one is filled; more are there only while the connection does not keep up.</summary>
    private const int MaxSpares = 2;

    private readonly Queue<SmallFrame> _waiting = new();
    private readonly Stack<SmallFrame> _spares = new();

    /// <summary>The last of <see cref="_waiting"/>; null when none waits.</summary>
    private SmallFrame? _filling;

    private long _lastPlace;

    /// <summary>Bytes that wait, framing included.</summary>
    public long Bytes { get; private set; }

    /// <summary>The place of the last frame that was taken.</summary>
    public long LastTaken { get; private set; }

    /// <returns>The place of the frame that the message went into.</returns>
    public long Add(ReadOnlySpan<byte> message)
    {
        var before = _filling?.Length ?? 0;
        if (_filling is null || _filling.IsFull)
        {
            _filling = _spares.TryPop(out var spare) ? spare : new SmallFrame();
            _filling.Begin(++_lastPlace, topologyVersion());
            _waiting.Enqueue(_filling);
            before = 0;
        }

        _filling.Add(message);
        Bytes += _filling.Length - before;
        return _filling.Place;
    }

    /// <summary>Takes the first frame, to be given back by <see cref="Return"/>; false when none waits.</summary>
    public bool TryTake([MaybeNullWhen(false)] out SmallFrame frame)
    {
        if (!_waiting.TryDequeue(out frame))
        {
            return false;
        }

        if (frame == _filling)
        {
            _filling = null;
        }

        frame.End();
        Bytes -= frame.Length;
        LastTaken = frame.Place;
        return true;
    }

    public void Return(SmallFrame frame)
    {
        if (_spares.Count < MaxSpares)
        {
            _spares.Push(frame);
        }
    }
}
