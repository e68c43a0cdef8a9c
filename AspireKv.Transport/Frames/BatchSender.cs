using System.IO.Pipelines;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Monitoring;

namespace AspireKv.Transport.Frames;

/// <summary>
/// Gathers messages and sends them in batches. Whoever has a message encodes it under a short lock; one sender at a time hands a batch to
/// the connection while further messages gather: the slower the connection, the more messages share a batch. The bytes are drawn at
/// <see cref="FrameHeader"/>.
/// </summary>
/// <remarks>
/// Small messages and large ones wait in queues of their own, and a batch has at most one frame of small messages and one piece of a large
/// one. So a small message waits for the small ones before it and for as many bytes of large ones, and neither kind holds the other up for
/// ever. Messages of one kind stay in order; between the kinds there is none.
/// </remarks>
/// <param name="output">Where batches go; used by one sender at a time.</param>
/// <param name="topologyVersion">Asked for each frame; must not block.</param>
/// <param name="maxBytes">
/// At so many bytes waiting or being handed over, large messages are refused; small ones at an eighth more, and those that may use the
/// reserve at a quarter more.
/// </param>
/// <param name="metrics">Told of each batch.</param>
/// <param name="time">Measures how fast the connection takes what it is given.</param>
/// <param name="onBroken">Called when the connection takes no more; may be called from any thread.</param>
internal sealed class BatchSender(
    PipeWriter output,
    Func<long> topologyVersion,
    int maxBytes,
    TransportMetrics metrics,
    TimeProvider time,
    Action<Exception?> onBroken)
    : IThreadPoolWorkItem
{
    /// <summary>At so many bytes a batch leaves although the sender is corked.</summary>
    private const int CorkedBytes = 64 * 1024;

    /// <summary>A buffer of up to so many bytes is used again: enough for a value of 1 MiB and what surrounds it.</summary>
    private const int KeptBytes = 1024 * 1024 + 64 * 1024;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // All below under _gate, but for the contents of the batch, which are the sender's while _isDraining.
    private readonly SmallMessages _small = new(topologyVersion);
    private readonly LargeMessages _large = new();
    private readonly DrainRate _rate = new();

    /// <summary>Holds one message, kind and body, while its length is not known; a large one is sent from this very buffer.</summary>
    private ByteWriter _encoding = NewBuffer();

    /// <summary>The buffer of the last large message that was sent, empty.</summary>
    private ByteWriter? _spare;

    private SmallFrame? _frame;
    private MessagePiece? _piece;
    private bool _isDraining;
    private bool _isCorked;
    private bool _isClosed;

    /// <summary>Completes when the sender is closed and hands no batch over any more: the connection can be disposed.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Bytes that wait or are being handed over.</summary>
    public long WaitingBytes
    {
        get
        {
            lock (_gate)
            {
                return Waiting;
            }
        }
    }

    private int BatchBytes => (_frame?.Length ?? 0) + (_piece?.FramedLength ?? 0);

    private long Waiting => _small.Bytes + _large.Bytes + BatchBytes;

    /// <summary>Encodes the message and has it sent after those of its kind that wait already.</summary>
    /// <param name="kind">The kind of message.</param>
    /// <param name="message">What <paramref name="encode"/> is given.</param>
    /// <param name="encode">Writes the body.</param>
    /// <param name="ticket">Told, in the same step, where the message waits.</param>
    /// <param name="mayUseReserve">
    /// For small messages that say how things stand: they must get through when others have filled the buffer.
    /// </param>
    /// <exception cref="ArgumentException">The message exceeds a bound; nothing was taken.</exception>
    public AppendOutcome TryAppend<T>(
        MessageKind kind, T message, Action<ByteWriter, T> encode, BatchTicket? ticket = null, bool mayUseReserve = false)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return AppendOutcome.Closed;
            }

            if (Waiting >= (long)maxBytes + (maxBytes / (mayUseReserve ? 4 : 8)))
            {
                return AppendOutcome.Full;
            }

            Encode(kind, message, encode);
            var isLarge = _encoding.Length > WireLimits.SmallMessageBytes;
            if (isLarge && Waiting >= maxBytes)
            {
                _encoding.Clear();
                return AppendOutcome.Full;
            }

            var place = isLarge ? AddLarge() : AddSmall();
            if (ticket is not null)
            {
                (ticket.Place, ticket.IsLarge) = (place, isLarge);
            }

            if (_isDraining || (_isCorked && Waiting < CorkedBytes))
            {
                return AppendOutcome.Appended;
            }

            _isDraining = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return AppendOutcome.Appended;
    }

    /// <summary>
    /// How long a message of so many bytes that is appended now would take until the connection took the last of it, by what waits before
    /// it and by how fast the connection took what it was given lately. Zero for a small message where little waits.
    /// </summary>
    public TimeSpan TimeToSend(int bytes)
    {
        lock (_gate)
        {
            if (bytes <= WireLimits.SmallMessageBytes && Waiting < WireLimits.PieceBytes)
            {
                return TimeSpan.Zero;
            }

            // A small message waits for the small ones before it, and for at most a piece of a large one beside each frame of theirs.
            var large = bytes > WireLimits.SmallMessageBytes
                ? _large.Bytes
                : Math.Min(_large.Bytes, _small.Bytes + WireLimits.PieceBytes);
            return _rate.TimeFor(BatchBytes + _small.Bytes + large, bytes, Now());
        }
    }

    /// <summary>Holds batches back until <see cref="Uncork"/>: what a read loop's own messages are answered with leaves together.</summary>
    public void Cork()
    {
        lock (_gate)
        {
            _isCorked = true;
        }
    }

    /// <summary>Lets batches go, and sends the gathered one from this very thread: handing a batch over never blocks.</summary>
    public void Uncork()
    {
        lock (_gate)
        {
            _isCorked = false;
            if (_isDraining || _isClosed || Waiting == 0)
            {
                return;
            }

            _isDraining = true;
        }

        _ = DrainAsync();
    }

    /// <summary>Takes no more messages and starts no more batches.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (!_isDraining)
            {
                _drained.TrySetResult();
            }
        }
    }

    /// <summary>
    /// After <see cref="Close"/>: whether the message was, or may have been, handed to the connection whole. Of a part nobody can make
    /// anything.
    /// </summary>
    public bool WasTaken(BatchTicket ticket)
    {
        lock (_gate)
        {
            return ticket.Place != BatchTicket.NoPlace && ticket.Place <= (ticket.IsLarge ? _large.LastTaken : _small.LastTaken);
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = DrainAsync();

    private async Task DrainAsync()
    {
        try
        {
            while (TakeBatch())
            {
                _frame?.WriteTo(output);
                _piece?.WriteTo(output, topologyVersion());
                var handing = output.FlushAsync();
                if (!handing.IsCompleted)
                {
                    WaitBegins();
                }

                var result = await handing;
                if (result.IsCompleted || result.IsCanceled)
                {
                    Break(null);
                }
            }
        }
        catch (Exception exception)
        {
            // Whatever the failure was, the stream may hold half a batch now.
            Break(exception);
            EndDrain();
        }
    }

    private bool TakeBatch()
    {
        var messages = 0;
        int bytes;
        lock (_gate)
        {
            if (_rate.IsWaiting)
            {
                _rate.WaitEnds(Now());
            }

            ReturnBatch();
            if (_isClosed || Waiting == 0)
            {
                _rate.Idle();
                EndDrain();
                return false;
            }

            if (_small.TryTake(out var frame))
            {
                _frame = frame;
                messages = frame.Messages;
            }

            if (_large.TryTake(out var piece))
            {
                _piece = piece;
                messages += piece.IsLast ? 1 : 0;
            }

            bytes = BatchBytes;
            _rate.Given(bytes);
        }

        metrics.BatchSent(messages, bytes);
        return true;
    }

    /// <summary>What was handed over is the connection's now; its buffers are used again.</summary>
    private void ReturnBatch()
    {
        if (_frame is not null)
        {
            _small.Return(_frame);
            _frame = null;
        }

        if (_piece is { IsLast: true, Message: var sent })
        {
            sent.Clear();
            _spare = sent;
        }

        _piece = null;
    }

    private void WaitBegins()
    {
        lock (_gate)
        {
            _rate.WaitBegins(Now());
        }
    }

    private void EndDrain()
    {
        lock (_gate)
        {
            _isDraining = false;
            if (_isClosed)
            {
                _drained.TrySetResult();
            }
        }
    }

    private void Break(Exception? exception)
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        onBroken(exception);
    }

    private void Encode<T>(MessageKind kind, T message, Action<ByteWriter, T> encode)
    {
        try
        {
            _encoding.WriteByte((byte)kind);
            encode(_encoding, message);
            if (_encoding.Length > WireLimits.MaxMessageBytes)
            {
                throw new ArgumentException(
                    $"A message of kind {kind} has {_encoding.Length} bytes; at most {WireLimits.MaxMessageBytes} are legal.");
            }
        }
        catch
        {
            _encoding.Clear();
            throw;
        }
    }

    private long AddSmall()
    {
        var place = _small.Add(_encoding.Written.Span);
        _encoding.Clear();
        return place;
    }

    private long AddLarge()
    {
        var place = _large.Add(_encoding);
        (_encoding, _spare) = (_spare ?? NewBuffer(), null);
        return place;
    }

    private static ByteWriter NewBuffer() => new(KeptBytes);

    private TimeSpan Now() => time.GetElapsedTime(0);
}
