using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Tests.World;
using AspireKv.StorageNode.Topology;
using AspireKv.Transport.Questions;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.StorageNode.Tests.Topology;

/// <summary>Plans of a cluster of one node that another one joined.</summary>
public sealed class TopologyPlansTests : IAsyncDisposable
{
    private static readonly NodeId Fourth = new(4);

    private readonly TestNode _node = new TestNode().TakePart(leastMembers: 1);
    private readonly FakeQuestions _questions = new();

    [Fact]
    public async Task Plan_TellsWhatMovesAndHowMuchThatIs()
    {
        _node.Delete(count: 3);
        await JoinAsync();
        _node.Peers.Alive.Add(Fourth);

        var plan = (await PlanAsync(new AddWish(Fourth), new DrainWish(_node.Self.Id))).Plan!;

        var move = Assert.Single(plan.Moves, static move => move.Partition == 0);
        Assert.Equal([_node.Self.Id], move.From);
        Assert.Equal([Fourth], move.To);
        Assert.Equal(3, move.Entries);
        Assert.InRange(move.Bytes, 3 * "default/key0".Length, 3 * 100);
    }

    /// <summary>A replica that was away lacks entries, and what is copied is what the others hold.</summary>
    [Fact]
    public async Task Plan_GoesByTheReplicaThatHoldsMost()
    {
        _node.Delete(count: 3);
        await JoinAsync();
        _node.Peers.Alive.Add(Fourth);
        _questions.Answer(
            Fourth, PeerQuestions.Sizes, new SizesResponse(new Dictionary<int, PartitionSize> { [0] = new(700, 70_000), [1] = new(1, 9) }));

        var plan = (await PlanAsync(new AddWish(Fourth), new DrainWish(_node.Self.Id))).Plan!;

        Assert.Equal((700, 70_000), (plan.Moves[0].Entries, plan.Moves[0].Bytes));
    }

    [Fact]
    public async Task Plan_ChangesNothing()
    {
        await JoinAsync();

        await PlanAsync(new OrderWish());

        Assert.Equal(2, _node.Topology.Version);
        Assert.False(_node.Topology.Current!.IsPending);
    }

    [Fact]
    public async Task Plan_ForANodeThatDoesNotAnswer_IsRefusedWhereNoQuorumWouldBeLeft()
    {
        await JoinAsync();

        var outcome = await PlanAsync(new AddWish(Fourth), new DrainWish(_node.Self.Id));

        Assert.Equal(TopologyRefusal.PartitionWithoutQuorum, outcome.Refusal?.Code);
    }

    [Fact]
    public async Task Plan_BeforeThereIsACluster_IsRefused()
    {
        await using var lonely = new TestNode();

        var outcome = await PlanAsync(lonely, [new OrderWish()]);

        Assert.Equal(TopologyRefusal.SystemUnavailable, outcome.Refusal?.Code);
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private Task<ClusterTopology> JoinAsync() => new SystemPartition(_node.Hosted, _node.CreateRunner(), _node.Topology)
        .ChangeAsync(static topology => TopologyChange.Register(topology, new Member(Fourth, "node4", 44), "", mayBeNew: true).Next)
        .WaitAsync(Patience.Limit);

    private Task<PlanOutcome> PlanAsync(params PlanWish[] wishes) => PlanAsync(_node, wishes);

    private async Task<PlanOutcome> PlanAsync(TestNode node, PlanWish[] wishes)
    {
        var plans = new TopologyPlans(
            new SystemPartition(node.Hosted, node.CreateRunner(), node.Topology),
            new PartitionSizes(node.Engine, node.Hosted, TimeProvider.System),
            node.Self,
            node.Peers,
            _questions,
            TimeProvider.System,
            NullLogger<TopologyPlans>.Instance);
        var answered = new TaskCompletionSource<PlanOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        plans.OnAsked(new Asked<PlanRequest, PlanOutcome>(new FakeConnection(), new PlanRequest(wishes), answered.SetResult));
        return await answered.Task.WaitAsync(Patience.Limit);
    }
}
