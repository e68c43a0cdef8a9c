using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Tests.World;
using AspireKv.StorageNode.Topology;
using AspireKv.Transport.Questions;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.StorageNode.Tests.Topology;

public sealed class TopologyOrdersTests : IAsyncDisposable
{
    private static readonly NodeId Fourth = new(4);

    private readonly TestNode _node = new TestNode().TakePart(leastMembers: 1);

    [Fact]
    public async Task Announce_IsDoneOnce()
    {
        var order = new AnnounceOrder(Fourth, "node4");

        Assert.Equal(new OrderResult(OrderOutcome.Done, 2, 0, null), await OrderAsync(order));
        Assert.Equal(new OrderResult(OrderOutcome.Nothing, 2, 0, null), await OrderAsync(order));
        Assert.Equal("node4", _node.Topology.Current!.Find(Fourth)!.Identity.Name);
    }

    [Fact]
    public async Task Forget_TakesAnAnnouncementBack()
    {
        await OrderAsync(new AnnounceOrder(Fourth, "node4"));

        Assert.Equal(OrderOutcome.Done, (await OrderAsync(new ForgetOrder(Fourth))).Outcome);
        Assert.Null(_node.Topology.Current!.Find(Fourth));
    }

    [Fact]
    public async Task Commit_OfAPlan_IsDoneOnceAndAnsweredAgain()
    {
        var plan = await JoinAndPlanAsync();
        var order = new CommitOrder(plan.Id, plan.Wishes);

        Assert.Equal(new OrderResult(OrderOutcome.Done, 3, 1, null), await OrderAsync(order));
        Assert.Equal(new OrderResult(OrderOutcome.Nothing, 3, 1, null), await OrderAsync(order));
        Assert.Equal(MemberState.Active, _node.Topology.Current!.Find(Fourth)!.State);
        Assert.Equal(plan.Id, _node.Topology.Current.LastPlan);
    }

    /// <summary>Two operators: the plan of the second one was made before the first one decided.</summary>
    [Fact]
    public async Task Commit_AfterAnotherDecision_IsRefused()
    {
        var plan = await JoinAndPlanAsync();
        var other = Planned(new OrderWish());
        await OrderAsync(new CommitOrder(other.Id, other.Wishes));

        var result = await OrderAsync(new CommitOrder(plan.Id, plan.Wishes));

        Assert.Equal((OrderOutcome.Refused, TopologyRefusal.TopologyChanged), (result.Outcome, result.Refusal?.Code));
        Assert.Equal((3, 1), (result.Version, result.Generation));
    }

    [Fact]
    public async Task Commit_OfWishesThatComeToAnotherPlan_IsRefused()
    {
        var plan = await JoinAndPlanAsync();

        var result = await OrderAsync(new CommitOrder(plan.Id, [new OrderWish()]));

        Assert.Equal((OrderOutcome.Refused, TopologyRefusal.TopologyChanged), (result.Outcome, result.Refusal?.Code));
    }

    [Fact]
    public async Task Commit_OfWishesThatCannotBe_IsRefusedWithTheReason()
    {
        var result = await OrderAsync(new CommitOrder("0-0", [new AddWish(Fourth)]));

        Assert.Equal((OrderOutcome.Refused, TopologyRefusal.UnknownNode), (result.Outcome, result.Refusal?.Code));
    }

    [Fact]
    public async Task Cancel_EndsWhatIsPending_OfThatGenerationAlone()
    {
        var plan = await JoinAndPlanAsync();
        await OrderAsync(new CommitOrder(plan.Id, plan.Wishes));
        Assert.True(_node.Topology.Current!.IsPending);

        Assert.Equal(TopologyRefusal.TopologyChanged, (await OrderAsync(new CancelOrder(7))).Refusal?.Code);
        Assert.Equal(new OrderResult(OrderOutcome.Done, 4, 2, null), await OrderAsync(new CancelOrder(1)));
        Assert.False(_node.Topology.Current!.IsPending);
        Assert.Equal(OrderOutcome.Nothing, (await OrderAsync(new CancelOrder(1))).Outcome);
    }

    [Fact]
    public async Task Order_BeforeThereIsACluster_IsUnavailable()
    {
        await using var lonely = new TestNode();

        Assert.Equal(
            new OrderResult(OrderOutcome.Unavailable, 0, 0, null), await OrderAsync(lonely, new AnnounceOrder(Fourth, "node4")));
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    /// <summary>A plan by which a node that joined takes its share; the node answers.</summary>
    private async Task<TopologyPlan> JoinAndPlanAsync()
    {
        await new SystemPartition(_node.Hosted, _node.CreateRunner(), _node.Topology)
            .ChangeAsync(static topology => TopologyChange.Register(topology, new Member(Fourth, "node4", 44), "", mayBeNew: true).Next)
            .WaitAsync(Patience.Limit);
        _node.Peers.Alive.Add(Fourth);
        return Planned(new AddWish(Fourth), new DrainWish(_node.Self.Id));
    }

    private TopologyPlan Planned(params PlanWish[] wishes) => TopologyPlanner.Plan(
        _node.Topology.Current!, wishes, new PlanFacts { Alive = new HashSet<NodeId> { _node.Self.Id, Fourth } }).Plan!;

    private Task<OrderResult> OrderAsync(TopologyOrder order) => OrderAsync(_node, order);

    private static async Task<OrderResult> OrderAsync(TestNode node, TopologyOrder order)
    {
        var orders = new TopologyOrders(
            new SystemPartition(node.Hosted, node.CreateRunner(), node.Topology),
            node.Self,
            node.Peers,
            NullLogger<TopologyOrders>.Instance);
        var answered = new TaskCompletionSource<OrderResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        orders.OnAsked(new Asked<TopologyOrder, OrderResult>(new FakeConnection(), order, answered.SetResult));
        return await answered.Task.WaitAsync(Patience.Limit);
    }
}
