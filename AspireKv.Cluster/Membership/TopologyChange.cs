using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>
/// The orders that change a topology, each from the present one to the next: the next topology, or why there is none, or neither where the
/// order is fulfilled already. So each of them may be repeated by whoever does not know what became of it.
/// </summary>
public static class TopologyChange
{
    /// <summary>
    /// Names the first life of a node: a number that was announced, or, where that is allowed, any number that is free. It becomes an idle
    /// member. Whoever takes the place of a life that is registered is registered by <see cref="TopologyDriver"/>, once it was admitted.
    /// A life that is registered may tell another address.
    /// </summary>
    /// <param name="topology">The present topology.</param>
    /// <param name="member">The node, with its incarnation.</param>
    /// <param name="address">Where others may dial it, HOST:PORT; empty where service discovery alone knows.</param>
    /// <param name="mayBeNew">True where nodes may join that nobody announced.</param>
    public static (ClusterTopology? Next, TopologyRefusal? Refusal) Register(
        ClusterTopology topology, Member member, string address, bool mayBeNew)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        var known = topology.Find(member.Id);
        if (known is { IsRegistered: true })
        {
            return known.Identity == member && known.Address != address ? (WithAddress(topology, known, address), null) : default;
        }

        if (known is null && !mayBeNew)
        {
            return Refuse(TopologyRefusal.UnknownNode, $"Node {member.Id} was not announced.");
        }

        if (FindFault(topology, member) is { } refusal)
        {
            return (null, refusal);
        }

        var draft = new TopologyDraft(topology);
        draft.Set(new TopologyMember(member, draft.Version, MemberState.Idle) { Address = address });
        return (draft.ToTopology(), null);
    }

    /// <summary>Lets a number join that never started, under this name.</summary>
    /// <param name="topology">The present topology.</param>
    /// <param name="node">The number.</param>
    /// <param name="name">As <see cref="Member.IsName"/> says.</param>
    public static (ClusterTopology? Next, TopologyRefusal? Refusal) Announce(ClusterTopology topology, NodeId node, string name)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var known = topology.Find(node);
        if (known is { State: MemberState.Removing })
        {
            return Refuse(TopologyRefusal.PlanPending, $"Node {node} is being removed; its number is free once that is done.");
        }

        if (known?.Identity.Name == name)
        {
            return default;
        }

        if (known is { IsRegistered: true })
        {
            return Refuse(TopologyRefusal.NodeInUse, $"Node {node} is a member already, under the name {known.Identity.Name}.");
        }

        var member = new Member(node, name, Incarnation: 0);
        if (FindFault(topology, member) is { } refusal)
        {
            return (null, refusal);
        }

        var draft = new TopologyDraft(topology);
        draft.Set(new TopologyMember(member, Registered: 0, MemberState.Idle));
        return (draft.ToTopology(), null);
    }

    /// <summary>Takes back that a number may join.</summary>
    public static (ClusterTopology? Next, TopologyRefusal? Refusal) Forget(ClusterTopology topology, NodeId node)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (topology.Find(node) is not { } known)
        {
            return default;
        }

        if (known.IsRegistered)
        {
            return Refuse(TopologyRefusal.NodeInUse, $"Node {node} started already; a plan that removes it is needed.");
        }

        var draft = new TopologyDraft(topology);
        draft.Remove(node);
        return (draft.ToTopology(), null);
    }

    /// <summary>Makes a plan the topology's targets, which <see cref="TopologyDriver"/> then drives at.</summary>
    /// <param name="topology">The present topology.</param>
    /// <param name="plan">As the planner makes it of a topology of this generation; whoever is handed a plan plans anew and compares the
    /// ids.</param>
    public static (ClusterTopology? Next, TopologyRefusal? Refusal) Commit(ClusterTopology topology, TopologyPlan plan)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(plan);
        if (topology.LastPlan == plan.Id)
        {
            return default;
        }

        if (topology.Generation != plan.Generation)
        {
            return RefuseOther(topology, plan.Generation);
        }

        var draft = new TopologyDraft(topology);
        foreach (var (node, state) in plan.States)
        {
            if (draft.Find(node) is not { } member)
            {
                return Refuse(TopologyRefusal.TopologyChanged, $"Node {node} is no member any more.");
            }

            draft.Set(member with { State = state });
        }

        foreach (var (partition, target) in plan.Targets.Index())
        {
            draft.SetTarget(partition, target);
        }

        var next = draft.ToTopology() with
        {
            Generation = topology.Generation + 1,
            ReplicationFactor = plan.ReplicationFactor,
            LastPlan = plan.Id,
        };
        return (next, null);
    }

    /// <summary>
    /// Nothing is pending any more: what moves stays where it was, what has ended stays where it is, and whoever was to be removed goes on
    /// as a member that is given nothing.
    /// </summary>
    /// <param name="topology">The present topology.</param>
    /// <param name="generation">The generation of what is to be cancelled.</param>
    public static (ClusterTopology? Next, TopologyRefusal? Refusal) Cancel(ClusterTopology topology, long generation)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (!topology.IsPending)
        {
            return default;
        }

        if (topology.Generation != generation)
        {
            return RefuseOther(topology, generation);
        }

        var draft = new TopologyDraft(topology);
        foreach (var member in topology.Members.Where(static member => member.State == MemberState.Removing))
        {
            draft.Set(member with { State = MemberState.Draining });
        }

        for (var partition = 0; partition < topology.Partitions.Count; partition++)
        {
            draft.Cancel(partition);
        }

        return (draft.ToTopology() with { Generation = generation + 1, LastPlan = "" }, null);
    }

    private static ClusterTopology WithAddress(ClusterTopology topology, TopologyMember member, string address)
    {
        var draft = new TopologyDraft(topology);
        draft.Set(member with { Address = address });
        return draft.ToTopology();
    }

    private static TopologyRefusal? FindFault(ClusterTopology topology, Member member)
    {
        if (topology.Find(member.Id) is null && topology.Members.Count >= ClusterTopology.MaxMembers)
        {
            return new TopologyRefusal(TopologyRefusal.OverLimit, $"A cluster has at most {ClusterTopology.MaxMembers} members.");
        }

        var namesake = topology.Members.FirstOrDefault(other =>
            other.Id != member.Id && string.Equals(other.Identity.Name, member.Name, StringComparison.OrdinalIgnoreCase));
        return namesake is null ? null
            : new TopologyRefusal(TopologyRefusal.NodeInUse, $"The name {member.Name} is that of node {namesake.Id}.");
    }

    private static (ClusterTopology? Next, TopologyRefusal? Refusal) RefuseOther(ClusterTopology topology, long generation) =>
        Refuse(TopologyRefusal.TopologyChanged, $"The topology is of generation {topology.Generation} by now, not {generation}.");

    private static (ClusterTopology? Next, TopologyRefusal? Refusal) Refuse(string code, string detail) =>
        (null, new TopologyRefusal(code, detail));
}
