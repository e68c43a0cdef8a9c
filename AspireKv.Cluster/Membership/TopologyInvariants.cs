using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>What holds in every topology, and from each one to the next: what the rules of consensus rely on.</summary>
public static class TopologyInvariants
{
    /// <returns>One line for each fault.</returns>
    public static IEnumerable<string> FindFaults(ClusterTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (topology.Version < 1 || topology.Generation < 0)
        {
            yield return $"Version {topology.Version} and generation {topology.Generation} are not possible.";
        }

        if (topology.ReplicationFactor is < 1 or > ClusterTopology.MaxReplicas)
        {
            yield return $"A replication factor of {topology.ReplicationFactor} is not possible.";
        }

        if (!PartitionMap.IsValidCount(topology.SystemPartition))
        {
            yield return $"No cluster has {topology.Partitions.Count} partitions.";
        }

        var faults = FindFaultsOfMembers(topology)
            .Concat(topology.Partitions.Index().SelectMany(partition => FindFaultsOf(topology, partition.Index, partition.Item)));
        foreach (var fault in faults)
        {
            yield return fault;
        }
    }

    /// <param name="before">A topology without faults.</param>
    /// <param name="after">The next one.</param>
    /// <returns>One line for each fault of the step; the faults of the next topology itself are not among them.</returns>
    public static IEnumerable<string> FindFaultsOfStep(ClusterTopology before, ClusterTopology after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (after.Version != before.Version + 1 || after.Generation - before.Generation is not (0 or 1))
        {
            yield return $"{after} does not follow {before}.";
        }

        if (after.ClusterId != before.ClusterId || after.Partitions.Count != before.Partitions.Count)
        {
            yield return "The cluster is another one.";
            yield break;
        }

        foreach (var member in after.Members)
        {
            var isSameLife = before.Find(member.Id) is { } known
                && (known.Identity.Incarnation, known.Registered) == (member.Identity.Incarnation, member.Registered);
            if (!isSameLife && member.IsRegistered && member.Registered != after.Version)
            {
                yield return $"The life of member {member.Id} is new and not registered in version {after.Version}.";
            }
        }

        var faults = after.Partitions.Index().Where(partition => before.Partitions[partition.Index].Config != partition.Item.Config)
            .SelectMany(partition => FindFaultsOfStep(after, before.Partitions[partition.Index].Config, partition.Item.Config)
                .Select(fault => $"Partition {partition.Index}: {fault}"));
        foreach (var fault in faults)
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> FindFaultsOfMembers(ClusterTopology topology)
    {
        if (topology.Members.Count is 0 or > ClusterTopology.MaxMembers)
        {
            yield return $"No cluster has {topology.Members.Count} members.";
        }

        var last = NodeId.None;
        foreach (var member in topology.Members)
        {
            if (member.Id.CompareTo(last) <= 0)
            {
                yield return $"Member {member.Id} stands behind {last}.";
            }

            if (member.Registered < 0 || member.Registered > topology.Version)
            {
                yield return $"Member {member.Id} was registered in version {member.Registered}, and this is {topology.Version}.";
            }

            last = member.Id;
        }
    }

    private static IEnumerable<string> FindFaultsOf(ClusterTopology topology, int partition, PartitionAssignment assignment)
    {
        var config = assignment.Config;
        if (config.Epoch < 1 || config.Epoch > topology.Version)
        {
            yield return $"Partition {partition} has epoch {config.Epoch} in version {topology.Version}.";
        }

        foreach (var list in new[] { config.Replicas, config.NextReplicas, assignment.Target })
        {
            var isEmptyWhereItMust = list.Count == 0 && list == config.Replicas;
            if (isEmptyWhereItMust || list.Count > ClusterTopology.MaxReplicas || list.Distinct().Count() != list.Count)
            {
                yield return $"Partition {partition} cannot be on [{string.Join(',', list)}].";
            }
        }

        if (assignment.IsMoving && !assignment.IsPending)
        {
            yield return $"Partition {partition} moves without a target.";
        }

        if (assignment.IsMoving && !IsStep(config))
        {
            yield return $"Partition {partition} does too much in one move: {config}.";
        }

        foreach (var node in config.Voters.Union(assignment.Target))
        {
            if (topology.Find(node) is not { IsRegistered: true, State: not MemberState.Idle })
            {
                yield return $"Partition {partition} names node {node}, which is no member that may hold it.";
            }
        }

        foreach (var node in config.Voters)
        {
            if (config.Since(node) is < 1 || config.Since(node) > config.Epoch)
            {
                yield return $"Partition {partition} was given to node {node} at {config.Since(node)}, and its epoch is {config.Epoch}.";
            }
        }
    }

    /// <summary>One new replica at a time while their number stays the same: each new one is a copy that somebody waits for.</summary>
    private static bool IsStep(PartitionConfig config) =>
        config.NextReplicas.Count != config.Replicas.Count || config.NextReplicas.Except(config.Replicas).Count() == 1;

    private static IEnumerable<string> FindFaultsOfStep(ClusterTopology after, PartitionConfig from, PartitionConfig to)
    {
        if (to.Epoch != after.Version)
        {
            yield return $"its config is new and has epoch {to.Epoch}, not {after.Version}.";
        }

        var isStep = (from.NextReplicas.Count > 0, to.NextReplicas.Count > 0) switch
        {
            (false, true) => to.Replicas.SequenceEqual(from.Replicas),
            (false, false) => to.Replicas.Count == from.Replicas.Count && to.Replicas.All(from.Replicas.Contains),
            (true, false) => to.Replicas.SequenceEqual(from.Replicas) || to.Replicas.SequenceEqual(from.NextReplicas),
            (true, true) => false,
        };
        if (!isStep)
        {
            yield return $"no step leads from {from} to {to}.";
        }

        foreach (var node in to.Voters)
        {
            var expected = from.GrantOf(node) ?? new Grant(after.Version, after.Find(node)?.Identity.Incarnation ?? 0);
            if (to.GrantOf(node) != expected)
            {
                yield return $"node {node} has the grant {to.GrantOf(node)}, and {expected} is due.";
            }
        }
    }
}
