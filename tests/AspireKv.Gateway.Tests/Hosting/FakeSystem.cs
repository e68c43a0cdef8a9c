using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>The topology of all fake nodes of a test: plans are made and orders carried out by the rules of the cluster.</summary>
internal sealed class FakeSystem(ClusterTopology topology)
{
    public ClusterTopology Topology { get; private set; } = topology;

    public void Serve(FakeNode node)
    {
        node.Planning = request => Topologies.Plan(Topology, request.Wishes);
        node.Ordering = Carry;
    }

    private OrderResult Carry(TopologyOrder order)
    {
        var (next, refusal) = order switch
        {
            AnnounceOrder announce => TopologyChange.Announce(Topology, announce.Node, announce.Name),
            ForgetOrder forget => TopologyChange.Forget(Topology, forget.Node),
            CommitOrder commit => Commit(commit),
            CancelOrder cancel => TopologyChange.Cancel(Topology, cancel.Generation),
            _ => throw new ArgumentException($"'{order}' is none.", nameof(order)),
        };
        Topology = next ?? Topology;
        var outcome = refusal is not null ? OrderOutcome.Refused : next is null ? OrderOutcome.Nothing : OrderOutcome.Done;
        return new OrderResult(outcome, Topology.Version, Topology.Generation, refusal);
    }

    private (ClusterTopology? Next, TopologyRefusal? Refusal) Commit(CommitOrder order)
    {
        if (Topology.LastPlan == order.PlanId)
        {
            return default;
        }

        var (plan, refusal) = Topologies.Plan(Topology, order.Wishes);
        return plan is null ? (null, refusal)
            : plan.Id != order.PlanId ? (null, new TopologyRefusal(TopologyRefusal.TopologyChanged, "The plan is another one by now."))
            : TopologyChange.Commit(Topology, plan);
    }
}
