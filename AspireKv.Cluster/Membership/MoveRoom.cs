using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>How many more moves may begin, and with which nodes. Not thread-safe.</summary>
/// <param name="alive">The nodes that answer.</param>
internal sealed class MoveRoom(IReadOnlySet<NodeId> alive)
{
    private readonly Dictionary<NodeId, int> _joining = [];
    private readonly Dictionary<NodeId, int> _leaving = [];
    private int _moves;

    public bool IsLeft => _moves < TopologyDriver.MaxMoves;

    /// <summary>Counts a move.</summary>
    public void Take(IReadOnlyList<NodeId> replicas, IReadOnlyList<NodeId> nextReplicas)
    {
        _moves++;
        Count(_joining, nextReplicas.Except(replicas));
        Count(_leaving, replicas.Except(nextReplicas));
    }

    /// <summary>The next replicas on the way to the target, or null while there is no room or too few of the nodes answer.</summary>
    public IReadOnlyList<NodeId>? FindStep(IReadOnlyList<NodeId> replicas, IReadOnlyList<NodeId> target)
    {
        NodeId[] joining = [.. target.Except(replicas)];
        NodeId[] leaving = [.. replicas.Except(target)];
        if (target.Count != replicas.Count || joining.Length == 1)
        {
            var isFree = joining.All(CanJoin) && leaving.All(CanLeave);
            return isFree && HasQuorum(replicas, target) ? target : null;
        }

        // Whoever does not answer leaves first: each of them is one failure that the partition cannot stand any more.
        var joiner = joining.FirstOrDefault(CanJoin);
        var leaver = leaving.Where(CanLeave).OrderBy(alive.Contains).FirstOrDefault();
        if (joiner == NodeId.None || leaver == NodeId.None)
        {
            return null;
        }

        NodeId[] step = [.. replicas.Select(node => node == leaver ? joiner : node)];
        return HasQuorum(replicas, step) ? step : null;
    }

    private bool CanJoin(NodeId node) => alive.Contains(node) && _joining.GetValueOrDefault(node) < TopologyDriver.MaxMovesOfNode;

    private bool CanLeave(NodeId node) => _leaving.GetValueOrDefault(node) < TopologyDriver.MaxMovesOfNode;

    private bool HasQuorum(IReadOnlyList<NodeId> replicas, IReadOnlyList<NodeId> nextReplicas)
    {
        var quorum = new Quorum(replicas, nextReplicas);
        return quorum.IsMet(quorum.SetOf(alive.Contains));
    }

    private static void Count(Dictionary<NodeId, int> counts, IEnumerable<NodeId> nodes)
    {
        foreach (var node in nodes)
        {
            counts[node] = counts.GetValueOrDefault(node) + 1;
        }
    }
}
