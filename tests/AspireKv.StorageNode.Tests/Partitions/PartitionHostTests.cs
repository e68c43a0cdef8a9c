using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Tests.World;

namespace AspireKv.StorageNode.Tests.Partitions;

/// <summary>One partition over a real engine, as its callers see it.</summary>
public sealed class PartitionHostTests
{
    private readonly TestOwner _owner = new();

    [Fact]
    public async Task Put_OnTheOnlyReplica_IsReadBack()
    {
        await using var node = new TestNode().TakePart();

        node.Partition.Submit(new PendingOperation(Some.Put, owner: _owner));
        Assert.Equal(OperationOutcome.Applied, _owner.TakeResult().Outcome);
        node.Partition.Submit(new PendingOperation(Some.Get, owner: _owner));

        Assert.Equal(Some.Put.Value.ToArray(), _owner.TakeResult().Entry!.Value.ToArray());
        Assert.True(node.Partition.GetStatus().HoldsBallot);
    }

    [Fact]
    public async Task Submit_WhereNoOtherReplicaLives_AsksThemForTheBallot()
    {
        await using var node = new TestNode().TakePart(replicas: 3);

        node.Partition.Submit(new PendingOperation(Some.Put, owner: _owner));

        var (first, request) = node.Peers.TakeSent();
        var (second, _) = node.Peers.TakeSent();
        Assert.Equal(PeerRequestKind.Prepare, request.Kind);
        Assert.Equal([2, 3], [first.Value, second.Value]);
    }

    [Fact]
    public async Task Submit_WhereALiveNodeHoldsTheBallot_IsHandedThere()
    {
        await using var node = new TestNode().TakePart(replicas: 3);
        node.Peers.Alive.Add(new NodeId(2));
        node.Partition.OnRequest(new FakeConnection(node: 2), Some.Prepare(), default);

        node.Partition.Submit(new PendingOperation(Some.Put, owner: _owner));

        Assert.Equal(2, _owner.TakeForward().Value);
    }

    [Fact]
    public async Task Answer_ThatShowsARecord_LeavesOnceTheRecordIsDurable()
    {
        await using var node = new TestNode().TakePart(replicas: 3);
        var before = node.Engine.DurablePosition;
        var durable = 0L;
        var peer = new FakeConnection(node: 2, onResponse: _ => durable = node.Engine.DurablePosition);

        node.Partition.OnRequest(peer, Some.Prepare(), default);

        Assert.Equal(PeerResponseKind.Promised, peer.TakeResponse().Kind);
        Assert.True(durable > before, $"answered at position {durable}, which was {before} before the request");
    }

    [Fact]
    public async Task Submit_ToAnEngineThatIsClosed_EndsAsNotApplied()
    {
        await using var node = new TestNode().TakePart();
        await node.Engine.DisposeAsync();

        node.Partition.Submit(new PendingOperation(Some.Put, owner: _owner));

        Assert.Equal(NotAppliedReason.StorageUnavailable, _owner.TakeResult().Reason);
    }

    [Fact]
    public async Task Request_ToAnEngineThatIsClosed_IsLeftUnanswered()
    {
        await using var node = new TestNode().TakePart(replicas: 3);
        await node.Engine.DisposeAsync();
        var peer = new FakeConnection(node: 2);

        node.Partition.OnRequest(peer, Some.Prepare(), default);

        Assert.Equal(PeerResponseKind.Unanswered, peer.TakeResponse().Kind);
    }

    [Fact]
    public async Task Quorum_OfLiveReplicas_IsSeen()
    {
        await using var node = new TestNode().TakePart(replicas: 3);
        Assert.False(node.Partition.HasLiveQuorum);

        node.Peers.Alive.Add(new NodeId(3));

        Assert.True(node.Partition.HasLiveQuorum);
        Assert.False(node.Partition.MayPurge);
    }
}
