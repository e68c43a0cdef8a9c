using System.Collections.Concurrent;
using System.Reflection;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Encoding;
using AspireKv.Encoding.Tests;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Questions;
using AspireKv.Transport.Server;
using AspireKv.Transport.Tests.Codec;
using AspireKv.Transport.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Transport.Tests.Questions;

public sealed class QuestionTests
{
    [Fact]
    public async Task Ask_QuestionOfOneDescriptorOneCodecAndOneHandler_IsAnswered()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var factory = TestPeers.Factory(TestPeers.Gateway);
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        var answers = await Eventually.CompletesAsync(
            Task.WhenAll(Enumerable.Range(0, 20).Select(i => channel.AskAsync(Echo.Question, $"words {i}", CancellationToken.None))),
            "every question is answered");

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"words {i}"), answers);
    }

    [Fact]
    public async Task Ask_AnsweredLaterAndElsewhere_GetsTheAnswer()
    {
        var arrived = new ConcurrentQueue<Asked<StatusRequest, NodeStatus>>();
        await using var node = await NodeHost.StartAsync(new RecordingHandler { AnswerStatus = arrived.Enqueue });
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        var first = channel.AskAsync(PeerQuestions.Status, default, CancellationToken.None);
        var second = channel.AskAsync(PeerQuestions.Status, default, CancellationToken.None);
        await Eventually.TrueAsync(() => arrived.Count == 2, "both questions arrive");

        arrived.Last().Answer(Samples.Status with { Self = SampleValues.Founding.Members[1] });
        arrived.First().Answer(Samples.Status);

        Assert.Equal(Samples.Status.Self, (await Eventually.CompletesAsync(first, "the first is answered")).Self);
        Assert.Equal(SampleValues.Founding.Members[1], (await Eventually.CompletesAsync(second, "the second is answered")).Self);
        Assert.Equal(TestPeers.Node1, arrived.First().From.Identity);
    }

    [Fact]
    public async Task Ask_Cancelled_EndsTheWaitAndNothingElse()
    {
        var arrived = new ConcurrentQueue<Asked<StatusRequest, NodeStatus>>();
        await using var node = await NodeHost.StartAsync(new RecordingHandler { AnswerStatus = arrived.Enqueue });
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        using var cancelling = new CancellationTokenSource();
        var status = channel.AskAsync(PeerQuestions.Status, default, cancelling.Token);
        await Eventually.TrueAsync(() => arrived.Count == 1, "the question arrives");

        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(status, "the wait ends"));
        arrived.Single().Answer(Samples.Status);

        await Eventually.CompletesAsync(channel.RoundTripAsync(), "the stream still works");
    }

    [Fact]
    public async Task Ask_NoAnswerInFiveSeconds_IsGivenUp()
    {
        var arrived = new ConcurrentQueue<Asked<StatusRequest, NodeStatus>>();
        await using var node = await NodeHost.StartAsync(new RecordingHandler { AnswerStatus = arrived.Enqueue });
        var time = new FakeTimeProvider();
        using var factory = TestPeers.Factory(time: time);
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        var early = channel.AskAsync(PeerQuestions.Status, default, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(1));
        var late = channel.AskAsync(PeerQuestions.Status, default, CancellationToken.None);
        await Eventually.TrueAsync(() => arrived.Count == 2, "both questions arrive");

        time.Advance(TimeSpan.FromSeconds(4));

        var failure = await Assert.ThrowsAsync<NodeUnreachableException>(() => Eventually.CompletesAsync(early, "the first is given up"));
        Assert.Equal("node2 did not answer in time.", failure.Message);
        Assert.False(late.IsCompleted);
        Assert.True(channel.IsConnected);
    }

    [Fact]
    public async Task Ask_AsManyAsMayBeOutstanding_IsRefusedUntilOneIsAnswered()
    {
        var arrived = new ConcurrentQueue<Asked<StatusRequest, NodeStatus>>();
        var options = TestPeers.Options();
        options.MaxOutstandingRequests = 1;
        await using var node = await NodeHost.StartAsync(new RecordingHandler { AnswerStatus = arrived.Enqueue });
        using var factory = TestPeers.Factory(options: options);
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        var first = channel.AskAsync(PeerQuestions.Status, default, CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<NodeUnreachableException>(() => channel.RoundTripAsync());

        Assert.Equal("Too many requests to node2 await their answer.", refusal.Message);
        await Eventually.TrueAsync(() => arrived.Count == 1, "the first question arrives");
        arrived.Single().Answer(Samples.Status);
        await Eventually.CompletesAsync(first, "the first is answered");
        await Eventually.CompletesAsync(channel.RoundTripAsync(), "there is room again");
    }

    [Fact]
    public async Task Ask_OverABound_ThrowsAndSpoilsNothing()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        var tooLong = new string('x', Echo.MaxBytes + 1);
        await Assert.ThrowsAsync<ArgumentException>(() => channel.AskAsync(Echo.Question, tooLong, CancellationToken.None));

        await Eventually.CompletesAsync(channel.RoundTripAsync(), "the stream still works");
    }

    [Fact]
    public async Task Ask_NodesOnlyQuestionOfAGateway_EndsTheConnection()
    {
        var handler = new RecordingHandler();
        await using var node = await NodeHost.StartAsync(handler);
        using var factory = TestPeers.Factory(TestPeers.Gateway);
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        var request = new FoundingRequest(SampleValues.Founding.Members[0], null);
        await Assert.ThrowsAsync<NodeUnreachableException>(() => Eventually.CompletesAsync(
            channel.AskAsync(PeerQuestions.Founding, request, CancellationToken.None), "the question ends with its connection"));

        await LogsAsync(node, "A Gateway may not ask for founding.");
        Assert.Empty(handler.Foundings);
    }

    [Fact]
    public async Task Server_NodesOnlyQuestionOfAGateway_IsRefusedBeforeItIsDecoded()
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var peer = await RawPeer.AuthenticateAsync(node.EndPoint, TestPeers.Gateway);

        await peer.Stream.WriteAsync(Frame("01" + "02" + "ffffff"));

        await peer.IsClosedAsync();
        await LogsAsync(node, "A Gateway may not ask for founding.");
    }

    [Theory]
    [InlineData("01" + "00", "Question 0 is none")]
    [InlineData("01" + "ff" + "0102", "Question 255 is none")]
    [InlineData("01" + "01" + "00", "1 bytes are left")]
    [InlineData("01" + "02" + "7f", "unknown bit")]
    [InlineData("01", "0 are left")]
    public async Task Server_QuestionThatIsNone_ClosesTheConnection(string body, string cause)
    {
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        using var peer = await RawPeer.AuthenticateAsync(node.EndPoint);

        await peer.Stream.WriteAsync(Frame(body));

        await peer.IsClosedAsync();
        await LogsAsync(node, cause);
    }

    [Fact]
    public void Bytes_OfAQuestionAndItsAnswer_AreCorrelationNumberAndBody()
    {
        Assert.Equal("ac02" + "01", Hex(writer => PeerQuestions.Status.WriteAsk(writer, (300, default))));
        Assert.Equal("ac02" + "fa" + "026869", Hex(writer => Echo.Question.WriteAsk(writer, (300, "hi"))));
        Assert.Equal("ac02" + "fa" + "026869", Hex(writer => Echo.Question.WriteAnswer(writer, (300, "hi"))));
    }

    [Fact]
    public void Answer_ToAnotherQuestion_IsRefused() => Assert.Throws<MalformedMessageException>(
        () => WireMessages.Decode(Convert.FromHexString("01" + "026869"), (ref ByteReader reader) => Echo.Question.ReadAnswer(ref reader)));

    [Fact]
    public void PeerQuestions_Numbers_AreDistinctAndNotZero()
    {
        const BindingFlags hidden = BindingFlags.NonPublic | BindingFlags.Instance;
        var numbers = typeof(PeerQuestions).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(property => property.GetValue(null)!)
            .Select(question => (byte)question.GetType().GetProperty("Number", hidden)!.GetValue(question)!)
            .ToList();

        Assert.NotEmpty(numbers);
        Assert.Distinct(numbers);
        Assert.DoesNotContain((byte)0, numbers);
    }

    [Fact]
    public void Table_TwoHandlersOfOneQuestion_AreRefused()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => new QuestionTable([Route(), Route()]));

        Assert.Contains("echo", refusal.Message, StringComparison.Ordinal);

        static QuestionRoute Route() => new QuestionRoute<string, string>(Echo.Question, new EchoHandler());
    }

    private static Task LogsAsync(NodeHost node, string cause) => Eventually.TrueAsync(
        () => node.Lines.Any(line => line.StartsWith("3053", StringComparison.Ordinal) && line.Contains(cause, StringComparison.Ordinal)),
        $"the server says '{cause}'");

    private static string Hex(Action<ByteWriter> write) => Convert.ToHexStringLower(WireMessages.Encode(write));

    private static byte[] Frame(string body) => WireMessages.Frame(MessageKind.Question, Convert.FromHexString(body));
}
