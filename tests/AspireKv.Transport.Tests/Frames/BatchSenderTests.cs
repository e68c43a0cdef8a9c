using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using AspireKv.Encoding;
using AspireKv.Transport.Client;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Monitoring;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Frames;

/// <summary>The sender before a pipe that nobody reads, so that what is handed over and what still waits is known.</summary>
public sealed class BatchSenderTests : IDisposable
{
    private const int MaxBytes = 4096;
    private const long TopologyVersion = 0x0102;

    private static readonly Action<ByteWriter, byte[]> WriteBytes = (writer, bytes) => writer.WriteRaw(bytes);

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
    private readonly TestMeters _meters = new();
    private readonly BatchSender _sender;
    private int _breaks;

    public BatchSenderTests() =>
        _sender = new BatchSender(
            _pipe.Writer,
            static () => TopologyVersion,
            MaxBytes,
            new TransportMetrics(_meters),
            TimeProvider.System,
            _ => Interlocked.Increment(ref _breaks));

    [Fact]
    public async Task Close_OneBatchStuckAndOneWaiting_KnowsWhichWasTaken()
    {
        var stuck = new PendingExecution(TaskCreationOptions.None) { Deadline = 0 };
        var waiting = new PendingExecution(TaskCreationOptions.None) { Deadline = 0 };
        var late = new PendingExecution(TaskCreationOptions.None) { Deadline = 0 };
        Assert.Equal(AppendOutcome.Appended, _sender.TryAppend(MessageKind.Operation, [1], WriteBytes, stuck));
        await BatchesSentAsync(1);
        Assert.Equal(AppendOutcome.Appended, _sender.TryAppend(MessageKind.Operation, [2], WriteBytes, waiting));

        _sender.Close();

        Assert.Equal(AppendOutcome.Closed, _sender.TryAppend(MessageKind.Operation, [3], WriteBytes, late));
        Assert.True(_sender.WasTaken(stuck));
        Assert.False(_sender.WasTaken(waiting));
        Assert.False(_sender.WasTaken(late));
        Assert.False(_sender.Drained.IsCompleted);
        await _pipe.Reader.CompleteAsync();
        await Eventually.CompletesAsync(_sender.Drained, "the stuck batch is given up");
        Assert.Equal(1, _meters.Count("aspirekv.transport.batch.messages"));
    }

    [Fact]
    public async Task Append_WhileABatchIsStuck_GathersOneBatchUpToTheBound()
    {
        Assert.Equal(AppendOutcome.Appended, _sender.TryAppend(MessageKind.Operation, [0], WriteBytes));
        await BatchesSentAsync(1);
        var appended = 1;
        while (_sender.TryAppend(MessageKind.Operation, new byte[91], WriteBytes) == AppendOutcome.Appended)
        {
            appended++;
        }

        // 12 + 4 + 1 + 1 bytes are stuck, and so many messages of 4 + 1 + 91 bytes behind one header of 12 reach the bound of small ones.
        Assert.Equal(1 + (MaxBytes + (MaxBytes / 8) - 30 + 95) / 96, appended);
        await ReadAsync(18);
        await BatchesSentAsync(2);
        Assert.Equal(appended, _meters.Sum("aspirekv.transport.batch.messages"));
    }

    [Fact]
    public async Task Append_FromTheReserve_FindsRoomForAQuarterMore()
    {
        _sender.TryAppend(MessageKind.Operation, [0], WriteBytes);
        await BatchesSentAsync(1);
        while (_sender.TryAppend(MessageKind.Operation, new byte[91], WriteBytes) == AppendOutcome.Appended)
        {
        }

        Assert.InRange(_sender.WaitingBytes, MaxBytes + (MaxBytes / 8), MaxBytes + (MaxBytes / 8) + 95);
        while (_sender.TryAppend(MessageKind.Operation, new byte[91], WriteBytes, mayUseReserve: true) == AppendOutcome.Appended)
        {
        }

        Assert.InRange(_sender.WaitingBytes, MaxBytes + (MaxBytes / 4), MaxBytes + (MaxBytes / 4) + 95);
    }

    [Fact]
    public void Close_NothingUnderWay_IsDrainedAtOnceAndSendsNothingMore()
    {
        _sender.Cork();
        var waiting = new PendingExecution(TaskCreationOptions.None) { Deadline = 0 };
        _sender.TryAppend(MessageKind.Operation, [1], WriteBytes, waiting);
        Assert.False(_sender.Drained.IsCompleted);

        _sender.Close();
        _sender.Uncork();

        Assert.True(_sender.Drained.IsCompleted);
        Assert.False(_pipe.Reader.TryRead(out _));
        Assert.False(_sender.WasTaken(waiting));
    }

    /// <summary>Whatever the failure was, the stream may hold half a batch, and nobody may wait for the sender.</summary>
    [Fact]
    public async Task Send_ConnectionThrows_ReportsItAndCloses()
    {
        Exception? reported = null;
        var sender = new BatchSender(
            new BrokenWriter(), static () => 0, MaxBytes, new TransportMetrics(_meters), TimeProvider.System, cause => reported = cause);
        sender.TryAppend(MessageKind.Operation, [1], WriteBytes);

        await Eventually.CompletesAsync(sender.Drained, "the sender ends");

        Assert.Equal("Broken.", reported?.Message);
        Assert.Equal(AppendOutcome.Closed, sender.TryAppend(MessageKind.Operation, [2], WriteBytes));
    }

    [Fact]
    public async Task Uncork_AfterManyMessages_SendsThemAsOneFrame()
    {
        _sender.Cork();
        for (var i = 0; i < 10; i++)
        {
            _sender.TryAppend(MessageKind.Operation, [(byte)i], WriteBytes);
        }

        Assert.False(_pipe.Reader.TryRead(out _));
        _sender.Uncork();

        var frame = await ReadAsync(12 + (10 * 6));
        Assert.Equal(8 + (10 * 6), BinaryPrimitives.ReadInt32LittleEndian(frame));
        Assert.Equal(TopologyVersion, BinaryPrimitives.ReadInt64LittleEndian(frame.AsSpan(4)));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal<byte>([2, 0, 0, 0, (byte)MessageKind.Operation, (byte)i], frame[(12 + (6 * i))..(18 + (6 * i))]);
        }

        Assert.Equal(frame.Length, _meters.Sum("aspirekv.transport.sent"));
        Assert.Equal(1, _meters.Count("aspirekv.transport.batch.messages"));
    }

    /// <summary>Two senders at a time would mix their bytes.</summary>
    [Fact]
    public void Uncork_WhileABatchIsStuck_SendsNoOther()
    {
        _sender.Cork();
        _sender.TryAppend(MessageKind.Operation, [1], WriteBytes);
        _sender.Uncork();
        Assert.Equal(1, _meters.Count("aspirekv.transport.batch.messages"));

        _sender.Cork();
        _sender.TryAppend(MessageKind.Operation, [2], WriteBytes);
        _sender.Uncork();

        Assert.Equal(1, _meters.Count("aspirekv.transport.batch.messages"));
    }

    [Fact]
    public async Task Append_EncodingFails_LeavesTheFrameAsItWas()
    {
        _sender.Cork();
        Assert.Throws<ArgumentException>(() => _sender.TryAppend(MessageKind.Operation, new byte[100], WriteTooMuch));
        _sender.TryAppend(MessageKind.Ping, [1], WriteBytes);
        Assert.Throws<ArgumentException>(() => _sender.TryAppend(MessageKind.Operation, new byte[100], WriteTooMuch));
        _sender.TryAppend(MessageKind.Pong, [2], WriteBytes);
        _sender.Uncork();

        var frame = await ReadAsync(24);
        Assert.Equal<byte>(
            [20, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, (byte)MessageKind.Ping, 1, 2, 0, 0, 0, (byte)MessageKind.Pong, 2], frame);
    }

    [Fact]
    public async Task Send_ConnectionTakesNoMore_ReportsItOnceAndCloses()
    {
        await _pipe.Reader.CompleteAsync();
        _sender.TryAppend(MessageKind.Operation, [1], WriteBytes);

        await Eventually.TrueAsync(() => _breaks == 1, "the break is reported");
        Assert.Equal(AppendOutcome.Closed, _sender.TryAppend(MessageKind.Operation, [2], WriteBytes));
        await Eventually.CompletesAsync(_sender.Drained, "the sender ends");
        Assert.Equal(1, _breaks);
    }

    public void Dispose() => _meters.Dispose();

    private static void WriteTooMuch(ByteWriter writer, byte[] bytes)
    {
        writer.WriteRaw(bytes);
        throw new ArgumentException("Too much.");
    }

    private Task BatchesSentAsync(int count) =>
        Eventually.TrueAsync(() => _meters.Count("aspirekv.transport.batch.messages") == count, $"batch {count} is taken");

    private async Task<byte[]> ReadAsync(int count)
    {
        var result = await Eventually.CompletesAsync(_pipe.Reader.ReadAtLeastAsync(count).AsTask(), $"{count} bytes are sent");
        var bytes = result.Buffer.Slice(0, count).ToArray();
        _pipe.Reader.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }

    private sealed class BrokenWriter : PipeWriter
    {
        public override void Advance(int bytes)
        {
        }

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            throw new IOException("Broken.");

        public override Memory<byte> GetMemory(int sizeHint = 0) => new byte[Math.Max(sizeHint, 4096)];

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
