using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>
/// All wishes of one plan together: what members are to be, and what follows for the placement. Wishes are taken one after the other until
/// one is refused. Not thread-safe.
/// </summary>
internal sealed class WishBook
{
    private readonly ClusterTopology _topology;
    private readonly Dictionary<NodeId, MemberState> _states = [];
    private readonly Dictionary<NodeId, NodeId> _replacements = [];
    private readonly HashSet<NodeId> _named = [];

    public WishBook(ClusterTopology topology)
    {
        _topology = topology;
        ReplicationFactor = topology.ReplicationFactor;
    }

    /// <summary>The members whose state changes.</summary>
    public IReadOnlyDictionary<NodeId, MemberState> States => _states;

    /// <summary>Who takes the places of whom.</summary>
    public IReadOnlyDictionary<NodeId, NodeId> Replacements => _replacements;

    public int ReplicationFactor { get; private set; }

    /// <summary>Where the system partition is wished to be, or null where nobody said.</summary>
    public IReadOnlyList<NodeId>? System { get; private set; }

    /// <summary>True when replicas go where they are even; otherwise they stay where nobody else takes their place.</summary>
    public bool IsRebalance { get; private set; }

    /// <summary>True when leads are evened out.</summary>
    public bool IsOrder { get; private set; }

    /// <summary>The members that may be given partitions once the plan is committed, by number.</summary>
    public IReadOnlyList<NodeId> ActiveMembers =>
    [
        .. _topology.Members.Where(member => _states.GetValueOrDefault(member.Id, member.State) == MemberState.Active)
            .Select(static member => member.Id),
    ];

    /// <returns>Why the wishes cannot be fulfilled, or null.</returns>
    public TopologyRefusal? TakeAll(IEnumerable<PlanWish> wishes) =>
        wishes.Select(Take).FirstOrDefault(static refusal => refusal is not null) ?? FindFaultOfAll();

    private TopologyRefusal? Take(PlanWish wish)
    {
        switch (wish)
        {
            case AddWish add:
                IsRebalance = true;
                return Change(add.Node, static _ => MemberState.Active);
            case DrainWish drain:
                IsRebalance = true;
                return Change(drain.Node, Drained);
            case RemoveWish remove:
                IsRebalance = true;
                return Change(remove.Node, static _ => MemberState.Removing);
            case ReplaceWish replace:
                return Replace(replace);
            case ReplicationWish { Factor: < 1 or > ClusterTopology.MaxReplicas }:
                return new TopologyRefusal(
                    TopologyRefusal.OverLimit, $"A partition lives on 1 to {ClusterTopology.MaxReplicas} nodes.");
            case ReplicationWish replication:
                IsRebalance = true;
                ReplicationFactor = replication.Factor;
                return null;
            case SystemWish system:
                System = system.Nodes;
                return null;
            case OrderWish:
                IsOrder = true;
                return null;
            default:
                throw new ArgumentException($"No plan can come of '{wish}'.", nameof(wish));
        }
    }

    private TopologyRefusal? Change(NodeId node, Func<MemberState, MemberState> next)
    {
        if (_topology.Find(node) is not { IsRegistered: true } member)
        {
            return new TopologyRefusal(TopologyRefusal.UnknownNode, $"Node {node} is no member that has started.");
        }

        if (!_named.Add(node))
        {
            return new TopologyRefusal(TopologyRefusal.NodeInUse, $"More than one wish is about node {node}.");
        }

        var state = next(member.State);
        if (member.State == MemberState.Removing && state != MemberState.Removing)
        {
            return new TopologyRefusal(TopologyRefusal.PlanPending, $"Node {node} is being removed; cancel that first.");
        }

        if (state != member.State)
        {
            _states[node] = state;
        }

        return null;
    }

    private TopologyRefusal? Replace(ReplaceWish wish)
    {
        if (Change(wish.By, static _ => MemberState.Active) is { } refusal)
        {
            return refusal;
        }

        if (_topology.Partitions.Any(assignment => assignment.Names(wish.By)))
        {
            return new TopologyRefusal(TopologyRefusal.NodeInUse, $"Node {wish.By} holds partitions and cannot take another's.");
        }

        _replacements[wish.Node] = wish.By;
        return Change(wish.Node, static state => state == MemberState.Removing ? state : Drained(state));
    }

    /// <summary>An idle member holds nothing, and so it has nothing to give away.</summary>
    private static MemberState Drained(MemberState state) => state == MemberState.Idle ? state : MemberState.Draining;

    private TopologyRefusal? FindFaultOfAll()
    {
        var active = ActiveMembers;
        var isLeft = States.Values.Any(static state => state != MemberState.Active)
            && active.Count < _topology.Members.Count(static member => member.State == MemberState.Active);
        var isMore = ReplicationFactor > _topology.ReplicationFactor;
        if (active.Count == 0 || (active.Count < ReplicationFactor && (isLeft || isMore)))
        {
            return new TopologyRefusal(
                TopologyRefusal.NotEnoughNodes, $"{active.Count} active members would be left for {ReplicationFactor} replicas.");
        }

        return System is null ? null : FindFaultOfSystem(System, active);
    }

    private static TopologyRefusal? FindFaultOfSystem(IReadOnlyList<NodeId> system, IReadOnlyList<NodeId> active)
    {
        if (system.Except(active).Select(static node => $"{node}").ToList() is { Count: > 0 } others)
        {
            return new TopologyRefusal(
                TopologyRefusal.UnknownNode, $"The system partition lives on active members, and not on {string.Join(", ", others)}.");
        }

        if (system.Count < Math.Min(active.Count, 3))
        {
            return new TopologyRefusal(
                TopologyRefusal.NotEnoughNodes, "The system partition lives on three nodes at least while there are so many.");
        }

        // Two of two is all that there can be of two nodes; everywhere else one node fewer stands as many failures.
        var isEven = system.Count % 2 == 0 && system.Count != active.Count;
        return isEven || system.Count > ClusterTopology.MaxReplicas || system.Distinct().Count() != system.Count
            ? new TopologyRefusal(
                TopologyRefusal.OverLimit, $"The system partition lives on an odd number of nodes up to {ClusterTopology.MaxReplicas}.")
            : null;
    }
}
