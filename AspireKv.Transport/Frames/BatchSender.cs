using System.Buffers.Binary;
using System.IO.Pipelines;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Monitoring;

namespace AspireKv.Transport.Frames;

/// <summary>
/// Gathers messages and sends them in batches. Whoever has a message encodes it into the buffer that is being filled, under a short lock;
/// one sender at a time takes all there is and hands it to the connection while the other buffer fills: the slower the connection, the
/// larger the batches. The bytes are drawn at <see cref="FrameHeader"/>.
/// </summary>
/// <param name="output">Where batches go; used by one sender at a time.</param>
/// <param name="limits">The bounds of messages and frames.</param>
/// <param name="topologyVersion">Asked for each frame; must not block.</param>
/// <param name="maxBytes">
/// At so many bytes waiting or being handed over, further messages are refused; those that may use the reserve at a quarter more.
/// </param>
/// <param name="metrics">Told of each batch.</param>
/// <param name="onBroken">Called when the connection takes no more; may be called from any thread.</param>
internal sealed class BatchSender(
    PipeWriter output, WireLimits limits, Func<long> topologyVersion, int maxBytes, TransportMetrics metrics, Action<Exception?> onBroken)
    : IThreadPoolWorkItem
{
    /// <summary>At so many bytes a batch leaves although the sender is corked.</summary>
    private const int CorkedBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // All below under _gate, but for the contents of _taken, which are the sender's while _isDraining.
    private ByteWriter _filling = new(limits.MaxValueBytes);
    private ByteWriter _taken = new(limits.MaxValueBytes);
    private int _frameStart = -1;
    private int _messages;
    private long _batch = 1;
    private bool _isDraining;
    private bool _isCorked;
    private bool _isClosed;

    /// <summary>Completes when the sender is closed and hands no batch over any more: the connection can be disposed.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Encodes the message into the batch that is being filled.</summary>
    /// <param name="kind">The kind of message.</param>
    /// <param name="message">What <paramref name="encode"/> is given.</param>
    /// <param name="encode">Writes the body.</param>
    /// <param name="ticket">Told, in the same step, which batch the message is part of.</param>
    /// <param name="mayUseReserve">
    /// For small messages that say how things stand: they must get through when large ones have filled the buffer.
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

            if (_filling.Length + _taken.Length >= maxBytes + (mayUseReserve ? maxBytes / 4 : 0))
            {
                return AppendOutcome.Full;
            }

            Encode(kind, message, encode);
            if (ticket is not null)
            {
                ticket.Batch = _batch;
            }

            if (_isDraining || (_isCorked && _filling.Length < CorkedBytes))
            {
                return AppendOutcome.Appended;
            }

            _isDraining = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return AppendOutcome.Appended;
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
            if (_isDraining || _isClosed || _filling.Length == 0)
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

    /// <summary>After <see cref="Close"/>: whether the message was, or may have been, handed to the connection.</summary>
    public bool WasTaken(BatchTicket ticket)
    {
        lock (_gate)
        {
            return ticket.Batch != BatchTicket.NoBatch && ticket.Batch < _batch;
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = DrainAsync();

    private async Task DrainAsync()
    {
        try
        {
            while (TakeBatch())
            {
                var result = await output.WriteAsync(_taken.Written);
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
        int messages;
        lock (_gate)
        {
            _taken.Clear();
            if (_isClosed || _filling.Length == 0)
            {
                EndDrain();
                return false;
            }

            EndFrame();
            (_filling, _taken) = (_taken, _filling);
            messages = _messages;
            _messages = 0;
            _batch++;
        }

        metrics.BatchSent(messages, _taken.Length);
        return true;
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
        var start = _filling.Length;
        var frameStart = _frameStart;
        try
        {
            if (_frameStart < 0 || start - _frameStart - FrameHeader.Bytes >= WireLimits.FrameTargetBytes)
            {
                EndFrame();
                _frameStart = _filling.Reserve(FrameHeader.LengthBytes);
                _filling.WriteFixed64((ulong)topologyVersion());
            }

            var prefix = _filling.Reserve(FrameHeader.LengthBytes);
            _filling.WriteByte((byte)kind);
            encode(_filling, message);
            var length = _filling.Length - prefix - FrameHeader.LengthBytes;
            if (length > limits.MaxMessageBytes)
            {
                throw new ArgumentException($"A message of kind {kind} has {length} bytes; at most {limits.MaxMessageBytes} are legal.");
            }

            Fill(prefix, length);
            _messages++;
        }
        catch
        {
            _filling.Truncate(start);
            _frameStart = frameStart;
            throw;
        }
    }

    private void Fill(int position, int length) =>
        BinaryPrimitives.WriteInt32LittleEndian(_filling.At(position, FrameHeader.LengthBytes), length);

    private void EndFrame()
    {
        if (_frameStart >= 0)
        {
            Fill(_frameStart, _filling.Length - _frameStart - FrameHeader.LengthBytes);
            _frameStart = -1;
        }
    }
}
