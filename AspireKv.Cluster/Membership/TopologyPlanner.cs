using System.Globalization;
using System.IO.Hashing;
using System.Text;
using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>
/// Says what wishes come to: who is to hold which partition. It starts from where the partitions are going already, so that a plan comes
/// out the same however far the last one is, and changes as little as evenness allows: no member holds, or leads, more than one partition
/// more than another. A pure function.
/// </summary>
public static class TopologyPlanner
{
    /// <summary>So many partitions are named in a sentence.</summary>
    private const int MaxNamed = 8;

    /// <param name="topology">The present topology.</param>
    /// <param name="wishes">All that is to be done in one plan; no node is named twice.</param>
    /// <param name="facts">What is known beside the topology.</param>
    public static PlanOutcome Plan(ClusterTopology topology, IReadOnlyList<PlanWish> wishes, PlanFacts facts)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(wishes);
        ArgumentNullException.ThrowIfNull(facts);
        var book = new WishBook(topology);
        if (book.TakeAll(wishes) is { } refusal)
        {
            return new PlanOutcome(null, refusal);
        }

        var targets = PlaceKeys(topology, book).Append(PlaceSystem(topology, book)).ToArray();
        PlannedMove[] moves =
        [
            .. targets.Index().Where(target => !target.Item.SequenceEqual(topology.Partitions[target.Index].Config.Replicas))
                .Select(target => MoveOf(topology, target.Index, target.Item, facts)),
        ];
        if (FindWithoutQuorum(topology, moves, facts.Alive) is { } withoutQuorum)
        {
            return new PlanOutcome(null, withoutQuorum);
        }

        var plan = new TopologyPlan
        {
            Id = IdOf(topology, wishes, targets),
            Generation = topology.Generation,
            Wishes = wishes,
            ReplicationFactor = book.ReplicationFactor,
            States = book.States,
            Targets = targets,
            Moves = moves,
            Shares = SharesOf(topology, targets),
            Warnings = [.. WarningsOf(topology, book, moves, facts)],
        };
        return new PlanOutcome(plan, null);
    }

    private static IReadOnlyList<IReadOnlyList<NodeId>> PlaceKeys(ClusterTopology topology, WishBook book)
    {
        IReadOnlyList<IReadOnlyList<NodeId>> goals = [.. topology.Partitions.SkipLast(1).Select(assignment => Replaced(assignment, book))];
        if (book.IsRebalance)
        {
            return Placement.Rebalance(goals, book.ActiveMembers, book.ReplicationFactor);
        }

        return book.IsOrder ? Placement.EvenOutLeads(goals) : goals;
    }

    /// <summary>
    /// Where the operator said; else where it is, without those that stop, filled up with the members of the lowest numbers to as many as a
    /// cluster of this size would be founded with, or as it had before.
    /// </summary>
    private static IReadOnlyList<NodeId> PlaceSystem(ClusterTopology topology, WishBook book)
    {
        var goal = Replaced(topology.Partitions[^1], book);
        if (book.System is not null || !book.IsRebalance)
        {
            return book.System ?? goal;
        }

        var active = book.ActiveMembers;
        var count = Math.Min(Math.Max(goal.Count, FoundingTopology.SystemReplicas(active.Count)), active.Count);
        count -= count > 2 && count % 2 == 0 ? 1 : 0;
        var kept = goal.Where(active.Contains).ToList();
        return [.. kept.Concat(active.Except(kept)).Take(count)];
    }

    private static IReadOnlyList<NodeId> Replaced(PartitionAssignment assignment, WishBook book) =>
        [.. assignment.Goal.Select(node => book.Replacements.GetValueOrDefault(node, node))];

    private static PlannedMove MoveOf(ClusterTopology topology, int partition, IReadOnlyList<NodeId> target, PlanFacts facts)
    {
        var replicas = topology.Partitions[partition].Config.Replicas;
        var size = facts.Sizes.GetValueOrDefault(partition);
        var copies = target.Except(replicas).Count();
        return new PlannedMove(partition, replicas, target, copies * size.Entries, copies * size.Bytes);
    }

    private static TopologyRefusal? FindWithoutQuorum(ClusterTopology topology, PlannedMove[] moves, IReadOnlySet<NodeId> alive)
    {
        int[] stuck = [.. moves.Where(move => !CanMove(topology, move, alive)).Select(move => move.Partition)];
        return stuck.Length == 0 ? null
            : new TopologyRefusal(
                TopologyRefusal.PartitionWithoutQuorum, $"Too few of the nodes of {Name(topology, stuck)} answer, now or where they go.");
    }

    private static bool CanMove(ClusterTopology topology, PlannedMove move, IReadOnlySet<NodeId> alive)
    {
        var present = topology.Partitions[move.Partition].Config.Quorum;
        var target = new Quorum(move.To, []);
        return present.IsMet(present.SetOf(alive.Contains)) && target.IsMet(target.SetOf(alive.Contains));
    }

    private static IReadOnlyList<PlannedShare> SharesOf(ClusterTopology topology, IReadOnlyList<NodeId>[] targets)
    {
        var before = topology.Partitions.SkipLast(1).Select(static assignment => assignment.Config.Replicas).ToList();
        var after = targets[..^1];
        var (held, led) = (CountHeld(before), CountLed(before));
        var (willHold, willLead) = (CountHeld(after), CountLed(after));
        return
        [
            .. topology.Members.Select(static member => member.Id).Select(node => new PlannedShare(
                node,
                held.GetValueOrDefault(node),
                led.GetValueOrDefault(node),
                willHold.GetValueOrDefault(node),
                willLead.GetValueOrDefault(node))),
        ];
    }

    private static Dictionary<NodeId, int> CountHeld(IEnumerable<IReadOnlyList<NodeId>> placement) =>
        placement.SelectMany(static replicas => replicas).CountBy(static node => node).ToDictionary();

    private static Dictionary<NodeId, int> CountLed(IEnumerable<IReadOnlyList<NodeId>> placement) =>
        placement.CountBy(static replicas => replicas[0]).ToDictionary();

    private static IEnumerable<string> WarningsOf(ClusterTopology topology, WishBook book, PlannedMove[] moves, PlanFacts facts)
    {
        if (topology.IsPending)
        {
            yield return "A plan is being carried out, and this one would take its place.";
        }

        foreach (var node in moves.SelectMany(static move => move.Joining).Distinct().Order().Where(node => !facts.Alive.Contains(node)))
        {
            yield return $"Node {node} does not answer, and what goes there waits for it.";
        }

        if (book.ActiveMembers.Count < book.ReplicationFactor)
        {
            yield return $"There are {book.ActiveMembers.Count} active members, too few for {book.ReplicationFactor} replicas.";
        }
        else if (book.ReplicationFactor < 3 && book.ReplicationFactor != topology.ReplicationFactor)
        {
            yield return $"With {book.ReplicationFactor} replicas no failure of a node is survived.";
        }

        int[] unknown =
        [
            .. moves.Where(move => move.Joining.Any() && !facts.Sizes.ContainsKey(move.Partition)).Select(static move => move.Partition),
        ];
        if (unknown.Length > 0)
        {
            yield return $"How much is copied is not known of {Name(topology, unknown)}.";
        }
    }

    private static string Name(ClusterTopology topology, int[] partitions)
    {
        var names = partitions.Take(MaxNamed)
            .Select(partition => partition == topology.SystemPartition ? $"{partition} (system)" : $"{partition}");
        var rest = partitions.Length > MaxNamed ? $" and {partitions.Length - MaxNamed} more" : "";
        return $"{(partitions.Length == 1 ? "partition" : "partitions")} {string.Join(", ", names)}{rest}";
    }

    private static string IdOf(ClusterTopology topology, IReadOnlyList<PlanWish> wishes, IReadOnlyList<NodeId>[] targets)
    {
        var text = new StringBuilder().AppendJoin('\n', wishes);
        foreach (var target in targets)
        {
            text.Append('\n').AppendJoin(',', target);
        }

        var digest = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text.ToString()));
        return string.Create(CultureInfo.InvariantCulture, $"{topology.Generation}-{digest:x16}");
    }
}
