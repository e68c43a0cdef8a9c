using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Monitoring;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Frames;

/// <summary>What is read of bytes that a peer made, right or wrong.</summary>
public sealed class FrameLoopTests : IDisposable
{
    private static readonly byte[] Version = new byte[FrameHeader.TopologyVersionBytes];

    // Segments are short: a frame may lie in many.
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: 256));
    private readonly TestMeters _meters = new();
    private readonly EventSink _sink = new();
    private readonly Task _reading;

    public FrameLoopTests() =>
        _reading = new FrameLoop(_pipe.Reader, _sink, new TransportMetrics(_meters)).RunAsync(CancellationToken.None);

    [Fact]
    public async Task Frames_ThatArriveTogether_AreOneBatchInOrder()
    {
        byte[] two = [.. Frame(Message(1, "a"u8), Message(2, "bc"u8)), .. Frame(Message(3))];
        await SendAsync(two);
        await EndAsync();

        Assert.Equal(["received", "start", "1:61", "2:6263", "3:", "end"], _sink.Events.Take(6));
        Assert.Equal(two.Length, _meters.Sum("aspirekv.transport.received"));
        Assert.Equal(1, _meters.Count("aspirekv.transport.received"));
    }

    /// <summary>A sign of life with every byte, a batch only with a whole frame.</summary>
    [Fact]
    public async Task Frame_ThatArrivesInParts_IsABatchWithItsLast()
    {
        var frame = Frame(Message(1, "abc"u8));
        foreach (var part in frame.Chunk(7))
        {
            var seen = _sink.Events.Count;
            await SendAsync(part);
            await Eventually.TrueAsync(() => _sink.Events.Count > seen, "the part is seen");
        }

        await EndAsync();
        Assert.Equal(["received", "received", "received", "start", "1:616263", "end"], _sink.Events.Take(6));
    }

    [Fact]
    public async Task Frame_OfManySegments_IsHandedOverWhole()
    {
        var body = Enumerable.Range(0, 1000).Select(i => (byte)i).ToArray();
        await SendAsync(Frame(Message(1, body), Message(2, body)));
        await EndAsync();

        var hex = Convert.ToHexStringLower(body);
        Assert.Equal(["1:" + hex, "2:" + hex], _sink.Events.Skip(2).Take(2));
    }

    [Fact]
    public async Task Frame_CutOffByTheEnd_IsLeftOut()
    {
        var frame = Frame(Message(1, "abc"u8));
        await SendAsync([.. frame, .. frame[..^1]]);
        await EndAsync();

        Assert.Single(_sink.Events, line => line.StartsWith("1:", StringComparison.Ordinal));
        Assert.Equal(frame.Length, _meters.Sum("aspirekv.transport.received"));
    }

    /// <summary>Before the first byte of the frame is there: nothing is held for whoever announces too much.</summary>
    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(FrameHeader.TopologyVersionBytes)]
    [InlineData(WireLimits.MaxFrameBytes + 1)]
    [InlineData(int.MaxValue)]
    public async Task Frame_OfAnIllegalLength_IsRefusedWhenAnnounced(int length)
    {
        await SendAsync(Number(length));

        await RefusedAsync($"A frame of {length} bytes is announced; 9 to {WireLimits.MaxFrameBytes} are legal.");
    }

    [Theory]
    [InlineData(FrameHeader.TopologyVersionBytes + 1)]
    [InlineData(WireLimits.MaxFrameBytes)]
    public async Task Frame_OfALegalLength_IsWaitedFor(int length)
    {
        await SendAsync(Number(length));
        await EndAsync();

        Assert.All(_sink.Events, line => Assert.Equal("received", line));
    }

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(WireLimits.MaxMessageBytes + 1)]
    [InlineData(int.MaxValue)]
    public async Task Message_OfAnIllegalLength_IsRefused(int length)
    {
        await SendAsync(Frame([.. Number(length), 1, 2]));

        await RefusedAsync($"A message of {length} bytes is announced where 2 are left.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Frame_ThatEndsWithinALength_IsRefusedAfterTheMessagesBefore(int bytes)
    {
        await SendAsync(Frame(Message(1, "a"u8), new byte[bytes]));

        await RefusedAsync("A frame ends within the length of a message.");
        Assert.Contains("1:61", _sink.Events);
    }

    /// <summary>A frame that has a large message at its end is longer than any message; the message itself must not be.</summary>
    [Fact]
    public async Task Message_TooLongInAFrameThatIsNot_IsRefused()
    {
        var frame = Frame(Message(1, new byte[WireLimits.MaxMessageBytes]));
        Assert.InRange(frame.Length, 0, WireLimits.MaxFrameBytes);
        var frames = new FrameLoop(PipeReader.Create(new ReadOnlySequence<byte>(frame)), _sink, new TransportMetrics(_meters));

        var refusal = await Assert.ThrowsAsync<MalformedMessageException>(() => frames.RunAsync(CancellationToken.None));

        Assert.StartsWith(
            $"A message of {WireLimits.MaxMessageBytes + 1} bytes is announced", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_ThatTheSinkCannotRead_IsTheFaultOfThePeer()
    {
        _sink.Fault = new MalformedBytesException("no such thing");
        await SendAsync(Frame(Message(1)));

        await RefusedAsync("A message cannot be read: no such thing.");
    }

    [Fact]
    public async Task Pieces_OfTwoMessages_ArePutTogetherEachForItself()
    {
        await SendAsync(
        [
            .. Frame(Message(14, [5, 1])), .. Frame(Message(6, [9])), .. Frame(Message(14, [2, 3, 4])), .. Frame(Message(15, [5])),
            .. Frame(Message(15, [5, 7])), .. Frame(Message(14, [4])), .. Frame(Message(15, [8])),
        ]);
        await EndAsync();

        Assert.Equal(["6:09", "5:0102030405", "5:07", "4:08"], _sink.Events.Where(line => line.Contains(':', StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(14)]
    [InlineData(15)]
    public async Task Piece_WithNothingInIt_IsRefused(byte kind)
    {
        await SendAsync([.. Frame(Message(14, [5])), .. Frame(Message(kind))]);

        await RefusedAsync($"A piece of 0 bytes follows 1 of its message; at most {WireLimits.MaxMessageBytes} are legal.");
    }

    public void Dispose() => _meters.Dispose();

    private static byte[] Number(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }

    private static byte[] Message(byte kind, ReadOnlySpan<byte> body = default) => [.. Number(1 + body.Length), kind, .. body];

    private static byte[] Frame(params byte[][] messages)
    {
        byte[] all = [.. Version, .. messages.SelectMany(message => message)];
        return [.. Number(all.Length), .. all];
    }

    private async Task SendAsync(byte[] bytes)
    {
        _pipe.Writer.Write(bytes);
        await _pipe.Writer.FlushAsync();
    }

    private async Task EndAsync()
    {
        await _pipe.Writer.CompleteAsync();
        await Eventually.CompletesAsync(_reading, "the reader ends with the connection");
    }

    private async Task RefusedAsync(string why)
    {
        var refusal = await Assert.ThrowsAsync<MalformedMessageException>(() => Eventually.CompletesAsync(_reading, "the reader gives up"));
        Assert.StartsWith(why, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Writes down what happens.</summary>
    private sealed class EventSink : IFrameSink
    {
        public List<string> Events { get; } = [];

        public Exception? Fault { get; set; }

        public void OnReceived() => Events.Add("received");

        public void OnBatchStart() => Events.Add("start");

        public void OnMessage(MessageKind kind, ref ByteReader reader)
        {
            if (Fault is not null)
            {
                throw Fault;
            }

            Events.Add($"{(byte)kind}:{Convert.ToHexStringLower(ReadRest(ref reader))}");
        }

        public void OnBatchEnd() => Events.Add("end");

        private static byte[] ReadRest(ref ByteReader reader)
        {
            var rest = new List<byte>();
            while (true)
            {
                try
                {
                    rest.Add(reader.ReadByte());
                }
                catch (MalformedBytesException)
                {
                    return [.. rest];
                }
            }
        }
    }
}
