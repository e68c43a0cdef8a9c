using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Streams;

/// <summary>What a node says of itself with each answer to a ping.</summary>
public sealed class ConditionTests
{
    private static readonly NodeId Three = new(3);
    private static readonly NodeId Four = new(4);

    [Fact]
    public async Task Condition_IsWhatTheNodeSaidLast()
    {
        var condition = new NodeCondition([Three], default);
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), condition: () => Volatile.Read(ref condition));
        using var factory = TestPeers.Factory();
        await using var channel = await factory.ConnectAsync(node.EndPoint);

        await Eventually.TrueAsync(() => channel.Condition is not null, "the node answers a ping");
        Assert.Equal([Three], channel.Condition!.Unreached);

        Volatile.Write(ref condition, NodeCondition.Well);
        await Eventually.TrueAsync(() => channel.Condition!.Reaches(Three), "the node says that it reaches node 3 again");
    }

    [Fact]
    public async Task NoteUnreached_AddsToWhatTheNodeSaid()
    {
        var options = TestPeers.Options();
        options.HeartbeatInterval = TimeSpan.FromMinutes(1);
        options.AnswerTimeout = options.HeartbeatTimeout = TimeSpan.FromMinutes(5);
        var condition = new NodeCondition([Three], default);
        await using var node = await NodeHost.StartAsync(new RecordingHandler(), condition: () => condition);
        using var factory = TestPeers.Factory(options: options);
        await using var channel = await factory.ConnectAsync(node.EndPoint);
        await Eventually.TrueAsync(() => channel.Condition is not null, "the node answers the first ping");
        Assert.True(channel.Condition!.Reaches(Four));

        channel.NoteUnreached(Four);
        channel.NoteUnreached(Three);

        Assert.Equal([Three, Four], channel.Condition!.Unreached);
    }

    [Fact]
    public async Task Condition_WithoutAConnection_IsUnknown()
    {
        using var factory = TestPeers.Factory();
        await using var node = await NodeHost.StartAsync(new RecordingHandler());
        var channel = await factory.ConnectAsync(node.EndPoint);
        await Eventually.TrueAsync(() => channel.Condition is not null, "the node answers a ping");

        await channel.DisposeAsync();

        Assert.Null(channel.Condition);
        channel.NoteUnreached(Four);
    }
}
