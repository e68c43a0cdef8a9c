using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Monitoring;

namespace AspireKv.Transport.Frames;

/// <summary>Reads frames and hands over their messages, one at a time and in order, until the connection ends.</summary>
internal sealed class FrameLoop(PipeReader input, IFrameSink sink, TransportMetrics metrics)
{
    private readonly DecodeCache _cache = new();
    private readonly PieceAssembly _pieces = new();

    /// <exception cref="MalformedMessageException">The peer sent what is no message.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadAllAsync(cancellationToken);
        }
        finally
        {
            _pieces.Clear();
        }
    }

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var available = buffer.Length;
            sink.OnReceived();
            if (HasFrame(buffer))
            {
                sink.OnBatchStart();
                while (TryTakeFrame(ref buffer, out var version, out var frame))
                {
                    sink.OnFrame(version);
                    Consume(frame);
                }

                sink.OnBatchEnd();
                metrics.BatchReceived(available - buffer.Length);
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted || result.IsCanceled)
            {
                return;
            }
        }
    }

    private static bool HasFrame(ReadOnlySequence<byte> buffer) => TryTakeFrame(ref buffer, out _, out _);

    private static bool TryTakeFrame(ref ReadOnlySequence<byte> buffer, out long version, out ReadOnlySequence<byte> frame)
    {
        (version, frame) = (0, default);
        if (buffer.Length < FrameHeader.LengthBytes)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[FrameHeader.Bytes];
        var prefix = header[..FrameHeader.LengthBytes];
        buffer.Slice(0, FrameHeader.LengthBytes).CopyTo(prefix);
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length <= FrameHeader.TopologyVersionBytes || length > WireLimits.MaxFrameBytes)
        {
            throw new MalformedMessageException(
                $"A frame of {length} bytes is announced; {FrameHeader.TopologyVersionBytes + 1} to {WireLimits.MaxFrameBytes} are legal.");
        }

        if (buffer.Length < FrameHeader.LengthBytes + length)
        {
            return false;
        }

        buffer.Slice(0, FrameHeader.Bytes).CopyTo(header);
        version = BinaryPrimitives.ReadInt64LittleEndian(header[FrameHeader.LengthBytes..]);
        frame = buffer.Slice(FrameHeader.Bytes, length - FrameHeader.TopologyVersionBytes);
        buffer = buffer.Slice(frame.End);
        return true;
    }

    private void Consume(in ReadOnlySequence<byte> frame)
    {
        try
        {
            ConsumeWhole(frame);
        }
        catch (MalformedBytesException exception)
        {
            throw new MalformedMessageException($"A message cannot be read: {exception.Message}.", exception);
        }
    }

    private void ConsumeWhole(in ReadOnlySequence<byte> frame)
    {
        if (frame.IsSingleSegment)
        {
            Consume(frame.FirstSpan);
            return;
        }

        // One copy of a whole frame costs less than stepping over segment borders in every field.
        var length = (int)frame.Length;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            frame.CopyTo(copy);
            Consume(copy.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private void Consume(ReadOnlySpan<byte> frame)
    {
        while (!frame.IsEmpty)
        {
            if (frame.Length < FrameHeader.LengthBytes)
            {
                throw new MalformedMessageException("A frame ends within the length of a message.");
            }

            var length = BinaryPrimitives.ReadInt32LittleEndian(frame);
            if (length <= 0 || length > WireLimits.MaxMessageBytes || length > frame.Length - FrameHeader.LengthBytes)
            {
                throw new MalformedMessageException(
                    $"A message of {length} bytes is announced where {frame.Length - FrameHeader.LengthBytes} are left.");
            }

            TakeMessage(frame.Slice(FrameHeader.LengthBytes, length));
            frame = frame[(FrameHeader.LengthBytes + length)..];
        }
    }

    private void TakeMessage(ReadOnlySpan<byte> message)
    {
        switch ((MessageKind)message[0])
        {
            case MessageKind.Piece:
                _pieces.Add(message[1..]);
                break;
            case MessageKind.LastPiece:
                _pieces.Add(message[1..]);
                HandOver(_pieces.Message);
                _pieces.Clear();
                break;
            default:
                HandOver(message);
                break;
        }
    }

    private void HandOver(ReadOnlySpan<byte> message)
    {
        var reader = new ByteReader(message, _cache);
        sink.OnMessage((MessageKind)reader.ReadByte(), ref reader);
    }
}
