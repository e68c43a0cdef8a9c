using AspireKv.Cluster.Status;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Streams;

public sealed class LivenessTests
{
    private static readonly LivenessRule OfANode = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
    private static readonly LivenessRule OfAGateway = new(TimeSpan.FromMinutes(1), TimeSpan.MaxValue);

    /// <summary>Nodes and gateways must not differ in whom they take for alive.</summary>
    [Fact]
    public async Task Judge_ConnectedAndNeverHeard_IsDeadUntilTheNodeAnswers()
    {
        using var hold = new ManualResetEventSlim();
        await using var node = await NodeHost.StartAsync(new RecordingHandler { Greet = hold.Wait });
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        Assert.Equal((NodeLiveness.Dead, NodeLiveness.Dead), (channel.Judge(OfANode), channel.Judge(OfAGateway)));

        hold.Set();
        await Eventually.TrueAsync(
            () => (channel.Judge(OfANode), channel.Judge(OfAGateway)) == (NodeLiveness.Alive, NodeLiveness.Alive),
            "the node answers a ping and is alive");
    }
}
