using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using AspireKv.Encoding;
using AspireKv.Transport.Client;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Monitoring;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Frames;

/// <summary>Small and large messages on one stream, before a connection that takes one batch at a time, when the test says so.</summary>
public sealed class SmallBesideLargeTests : IDisposable
{
    private const int Large = 1024 * 1024;
    private const int MaxBytes = 4 * 1024 * 1024;
    private const int FramedPiece = FrameHeader.Bytes + FrameHeader.LengthBytes + 1 + WireLimits.PieceBytes;

    private static readonly Action<ByteWriter, byte[]> WriteBytes = (writer, bytes) => writer.WriteRaw(bytes);

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
    private readonly TestMeters _meters = new();
    private readonly SteppedTime _time = new();
    private readonly BatchSender _sender;
    private int _batches;

    public SmallBesideLargeTests() => _sender = new BatchSender(
        _pipe.Writer, static () => 7, MaxBytes, new TransportMetrics(_meters), _time, static _ => { });

    [Fact]
    public async Task Small_BehindLargeOnes_IsSentAfterThePieceUnderWay()
    {
        Append(Large);
        Append(Large);
        await BatchIsTakenAsync();
        Append(1);

        Assert.Equal(FramedPiece, (await TakeAsync()).Length);

        var second = await TakeAsync();
        Assert.Equal(FrameHeader.Bytes + FrameHeader.LengthBytes + 2 + FramedPiece, second.Length);
        Assert.Equal((byte)MessageKind.Operation, second[FrameHeader.Bytes + FrameHeader.LengthBytes]);
    }

    [Fact]
    public async Task Large_BesideAFloodOfSmallOnes_GetsItsShareOfEveryBatch()
    {
        Append(1);
        await BatchIsTakenAsync();
        for (var i = 0; i < 100; i++)
        {
            Append(10_000);
        }

        Append(Large - 1);
        await TakeAsync();
        for (var piece = 1; piece <= Large / WireLimits.PieceBytes; piece++)
        {
            // Five small messages fill a frame.
            var batch = await TakeAsync();
            Assert.Equal(FrameHeader.Bytes + (5 * 10_005) + FramedPiece, batch.Length);
        }

        // The large message is through, and fewer than all of the small ones.
        Assert.Equal(FrameHeader.Bytes + (5 * 10_005), (await TakeAsync()).Length);
    }

    [Fact]
    public async Task Large_InPieces_HasTheseBytes()
    {
        Append(WireLimits.PieceBytes + 3);

        var (first, second) = (await TakeAsync(), await TakeAsync());

        // 12 bytes of the frame, 4 of the message's length, its kind, and then the large message's own kind.
        Assert.Equal(FramedPiece - 4, BinaryPrimitives.ReadInt32LittleEndian(first));
        Assert.Equal(7, BinaryPrimitives.ReadInt64LittleEndian(first.AsSpan(4)));
        Assert.Equal(1 + WireLimits.PieceBytes, BinaryPrimitives.ReadInt32LittleEndian(first.AsSpan(12)));
        Assert.Equal([14, (byte)MessageKind.Operation, 0xab], first[16..19]);
        Assert.Equal<byte>([17, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 15, 0xab, 0xab, 0xab, 0xab], second);
    }

    [Fact]
    public async Task Close_InTheMiddleOfALargeMessage_KnowsThatItDidNotLeave()
    {
        var whole = new PendingExecution(TaskCreationOptions.None) { Deadline = 0 };
        var broken = new PendingExecution(TaskCreationOptions.None) { Deadline = 0 };
        Append(WireLimits.PieceBytes + 1, whole);
        Append(Large, broken);
        await TakeAsync();
        await TakeAsync();
        await BatchIsTakenAsync();

        _sender.Close();

        Assert.True(_sender.WasTaken(whole));
        Assert.False(_sender.WasTaken(broken));
    }

    [Fact]
    public async Task Small_WhereLargeOnesFillTheBuffer_IsStillTaken()
    {
        Append(1);
        await BatchIsTakenAsync();
        while (_sender.TryAppend(MessageKind.Operation, new byte[Large], WriteBytes) == AppendOutcome.Appended)
        {
        }

        Assert.InRange(_sender.WaitingBytes, MaxBytes, MaxBytes + Large + 100);
        Assert.Equal(AppendOutcome.Appended, _sender.TryAppend(MessageKind.Operation, [1], WriteBytes));
    }

    [Fact]
    public async Task Large_InPieces_IsCountedOnceWithAllItsBytes()
    {
        Append((2 * WireLimits.PieceBytes) + 3);

        var bytes = (await TakeAsync()).Length + (await TakeAsync()).Length + (await TakeAsync()).Length;

        Assert.Equal(1, _meters.Count("aspirekv.transport.batch.messages"));
        Assert.Equal(1, _meters.Sum("aspirekv.transport.batch.messages"));
        Assert.Equal(3, _meters.Count("aspirekv.transport.sent"));
        Assert.Equal(bytes, _meters.Sum("aspirekv.transport.sent"));
        await Eventually.TrueAsync(() => _sender.WaitingBytes == 0, "nothing waits any more");
    }

    /// <summary>A long read loop must not hold back without a bound what it is to be answered with.</summary>
    [Fact]
    public async Task Cork_WithManyBytesBehindIt_LetsThemGo()
    {
        _sender.Cork();
        for (var bytes = 0; bytes + 1029 < 64 * 1024; bytes += 1029)
        {
            Append(1024);
        }

        Assert.Equal(0, _meters.Count("aspirekv.transport.sent"));
        Append(1024);

        await BatchIsTakenAsync();
    }

    [Fact]
    public void Message_OfTheGreatestLength_IsTakenAndALongerOneIsNot()
    {
        Assert.Throws<ArgumentException>(
            () => _sender.TryAppend(MessageKind.Operation, new byte[WireLimits.MaxMessageBytes], WriteBytes));
        Assert.Equal(0, _sender.WaitingBytes);

        Append(WireLimits.MaxMessageBytes - 1);
    }

    /// <summary>What a small message waits for is not what a large one waits for.</summary>
    [Fact]
    public async Task TimeToSend_OnASlowConnection_TellsSmallFromLarge()
    {
        for (var i = 0; i < 3; i++)
        {
            Append(Large - 1);
        }

        // Sixteen pieces, each in a sixteenth of a second: a mebibyte a second, near enough.
        for (var i = 0; i < 16; i++)
        {
            await BatchIsTakenAsync();
            var reads = (2 * i) + 1;
            await Eventually.TrueAsync(() => _time.Reads == reads, "the sender waits for the connection");
            _time.Pass(TimeSpan.FromSeconds(1.0 / 16));
            await TakeAsync();
        }

        await BatchIsTakenAsync();
        Assert.InRange(_sender.TimeToSend(Large), TimeSpan.FromSeconds(1.2), TimeSpan.FromSeconds(2.2));
        Assert.InRange(_sender.TimeToSend(100), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200));

        // With nothing before it, only a large one takes time.
        while (_sender.WaitingBytes > 0)
        {
            await TakeAsync();
            await Eventually.TrueAsync(
                () => _sender.WaitingBytes == 0 || _meters.Count("aspirekv.transport.sent") > _batches, "the next batch, or none");
        }

        Assert.InRange(_sender.TimeToSend(Large), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500));
        Assert.True(_sender.TimeToSend(WireLimits.SmallMessageBytes + 1) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, _sender.TimeToSend(WireLimits.SmallMessageBytes));
    }

    /// <summary>With its kind a message is a byte longer than its body.</summary>
    [Theory]
    [InlineData(WireLimits.SmallMessageBytes - 1, MessageKind.Operation)]
    [InlineData(WireLimits.SmallMessageBytes, MessageKind.LastPiece)]
    public async Task Message_AtTheBoundOfSmallOnes_IsSentWholeAndALongerOneInPieces(int bytes, object kind)
    {
        Append(bytes);

        Assert.Equal((MessageKind)kind, (MessageKind)(await TakeAsync())[FrameHeader.Bytes + FrameHeader.LengthBytes]);
    }

    [Fact]
    public async Task Pieces_BetweenOtherMessages_ArePutTogether()
    {
        int[] lengths = [5, (3 * WireLimits.PieceBytes) + 100];
        AppendBlock(lengths[1]);
        await BatchIsTakenAsync();
        AppendBlock(lengths[0]);
        var sink = new RecordingSink();
        using var stopping = new CancellationTokenSource();
        var reading = new FrameLoop(_pipe.Reader, sink, new TransportMetrics(_meters)).RunAsync(stopping.Token);

        await Eventually.TrueAsync(() => sink.Messages.Count == 2, "both messages arrive");

        Assert.Equal(lengths, sink.Messages.Select(message => message.Length));
        Assert.All(sink.Messages, message => Assert.All(message, static value => Assert.Equal(0xab, value)));
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(reading, "the reader ends"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pieces_OfMoreThanAMessageMayHave_EndTheStream(bool endsSo)
    {
        var last = endsSo ? MessageKind.LastPiece : MessageKind.Piece;
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var piece = new byte[WireLimits.PieceBytes];
        var legal = WireLimits.MaxMessageBytes / piece.Length;
        for (var i = 0; i <= legal; i++)
        {
            pipe.Writer.Write(WireMessages.Frame(i < legal ? MessageKind.Piece : last, piece));
        }

        await pipe.Writer.FlushAsync();
        var frames = new FrameLoop(pipe.Reader, new RecordingSink(), new TransportMetrics(_meters));
        var reading = frames.RunAsync(CancellationToken.None);

        await Assert.ThrowsAsync<MalformedMessageException>(() => Eventually.CompletesAsync(reading, "the reader gives up"));
    }

    public void Dispose() => _meters.Dispose();

    private static byte[] Body(int bytes)
    {
        var body = new byte[bytes];
        body.AsSpan().Fill(0xab);
        return body;
    }

    /// <summary>Has a message with so many bytes of body sent.</summary>
    private void Append(int bytes, BatchTicket? ticket = null) =>
        Assert.Equal(AppendOutcome.Appended, _sender.TryAppend(MessageKind.Operation, Body(bytes), WriteBytes, ticket));

    /// <summary>As <see cref="Append"/>, with its length in front, for a reader.</summary>
    private void AppendBlock(int bytes) => Assert.Equal(
        AppendOutcome.Appended,
        _sender.TryAppend(MessageKind.Operation, Body(bytes), static (writer, body) => writer.WriteBlock(body, Large, "body")));

    /// <summary>Waits until a batch is before the connection, which takes it with the next <see cref="TakeAsync"/>.</summary>
    private Task BatchIsTakenAsync() => Eventually.TrueAsync(
        () => _meters.Count("aspirekv.transport.sent") == _batches + 1, $"batch {_batches + 1} is handed over");

    /// <summary>The connection takes the next batch.</summary>
    private async Task<byte[]> TakeAsync()
    {
        var result = await Eventually.CompletesAsync(_pipe.Reader.ReadAsync().AsTask(), "a batch is sent");
        var batch = result.Buffer.ToArray();
        _batches++;
        _pipe.Reader.AdvanceTo(result.Buffer.End);
        return batch;
    }

    private sealed class RecordingSink : IFrameSink
    {
        public ConcurrentQueue<byte[]> Messages { get; } = new();

        public void OnReceived()
        {
        }

        public void OnBatchStart()
        {
        }

        public void OnMessage(MessageKind kind, ref ByteReader reader) => Messages.Enqueue(reader.ReadBlock(Large, "body").ToArray());

        public void OnBatchEnd()
        {
        }
    }

    /// <summary>Passes when the test says so, and counts how often it was asked.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private long _ticks = TimeSpan.TicksPerDay;
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            Interlocked.Increment(ref _reads);
            return Interlocked.Read(ref _ticks);
        }

        public void Pass(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }
}
