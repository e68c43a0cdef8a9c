using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Gateway.Administration;

/// <summary>Says in the terms of the API what a plan comes to.</summary>
internal static class PlanDescription
{
    /// <param name="plan">The plan.</param>
    /// <param name="topology">What this gateway knows, for the states that the plan leaves as they are.</param>
    public static PlanAnswer Of(TopologyPlan plan, ClusterTopology? topology) => new(
        plan.Id,
        plan.Generation,
        [.. plan.Wishes.Select(Describe)],
        plan.ReplicationFactor,
        [
            .. plan.Shares.Select(share => new PlanAnswer.Share(
                share.Node.Value, StateOf(share.Node, plan, topology), share.Held, share.Led, share.WillHold, share.WillLead)),
        ],
        [
            .. plan.Moves.Select(static move => new PlanAnswer.Move(
                move.Partition, NodeNumbers.Of(move.From), NodeNumbers.Of(move.To), move.Entries, move.Bytes)),
        ],
        new PlanAnswer.Total(plan.Moves.Count, plan.Copies, plan.Entries, plan.Bytes),
        plan.Warnings);

    private static PlanAnswer.Wish Describe(PlanWish wish) => wish switch
    {
        AddWish add => new(WishOps.Add) { Node = add.Node.Value },
        DrainWish drain => new(WishOps.Drain) { Node = drain.Node.Value },
        RemoveWish remove => new(WishOps.Remove) { Node = remove.Node.Value },
        ReplaceWish replace => new(WishOps.Replace) { Node = replace.Node.Value, By = replace.By.Value },
        ReplicationWish replication => new(WishOps.Replication) { Factor = replication.Factor },
        SystemWish system => new(WishOps.System) { Nodes = NodeNumbers.Of(system.Nodes) },
        OrderWish => new(WishOps.Order),
        _ => throw new ArgumentException($"'{wish}' has no name in the API.", nameof(wish)),
    };

    private static string? StateOf(NodeId node, TopologyPlan plan, ClusterTopology? topology) =>
        plan.States.TryGetValue(node, out var state) ? StateName.Of(state)
        : topology?.Find(node) is { } member ? StateName.Of(member.State)
        : null;
}
