using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Topology;

namespace AspireKv.Simulation.Tests.World;

/// <summary>
/// A disk of a node that was lost or copied and may be put back, and what the others know of it: the world promises nothing of an old disk
/// that nobody can tell from the newest.
/// </summary>
internal sealed class OldDisk(SimulatedCluster cluster, SimulatedNode node)
{
    private SimulatedDisk? _disk;
    private Member _self = node.Self;
    private bool _isPutBack;

    /// <summary>True while the old disk is in use and another node, which does not stay down, knows that it is one.</summary>
    public bool IsInUse => _isPutBack && cluster.Nodes.Any(other =>
        other != node && other != cluster.StayingDown
        && Supersedes(LifeAt(other), node.IsUp ? Claim() : ClaimAtStart(node.Disk, node.Self)));

    /// <summary>
    /// True when there is an old disk, and what came after it was either no vote at all or is known: of the other replicas of each
    /// partition so many durably saw the node come further, or begin anew, that those that did not make no quorum with the old disk.
    /// </summary>
    public bool MayBePutBack => _disk is { Founding: { } founding } old
        && ((_self.Incarnation != node.Self.Incarnation && !HasVoted)
            || founding.Placement.Where(replicas => replicas.Contains(node.Id)).All(replicas => IsKnown(replicas, old)));

    private bool HasVoted => Enumerable.Range(0, cluster.Scenario.Partitions).Any(partition =>
        node.Disk.Placed.Snapshot(partition) is { IsLearner: false, Config: not null });

    /// <summary>Keeps the node's disk, or a copy of what is on it now.</summary>
    public void Keep(bool isCopy)
    {
        (_disk, _self) = (isCopy ? node.Disk.Copy() : node.Disk, node.Self);
        _isPutBack = _isPutBack && isCopy;
    }

    public (SimulatedDisk Disk, Member Self) PutBack()
    {
        _isPutBack = true;
        return (_disk!.Copy(), _self);
    }

    private bool IsKnown(IReadOnlyList<NodeId> replicas, SimulatedDisk old)
    {
        var claim = ClaimAtStart(old, _self);
        var unaware = replicas.Count(other => other != node.Id && !Supersedes(DurableLifeAt(cluster.NodeOf(other)), claim));
        return unaware < replicas.Count / 2;
    }

    private LifeClaim Claim() => new(node.Id, node.Self.Incarnation, node.Disk.Starts, node.Disk.SyncedPosition);

    /// <summary>What the next process over the disk will claim.</summary>
    private LifeClaim ClaimAtStart(SimulatedDisk disk, Member self) => new(
        node.Id,
        self.Incarnation,
        [.. disk.Starts, new LifeStart(disk.Starts.Count + 1, 0, disk.SyncedPosition)],
        disk.SyncedPosition);

    private KnownLife? LifeAt(SimulatedNode other) => other.Lives?.Find(node.Id) ?? DurableLifeAt(other);

    private KnownLife? DurableLifeAt(SimulatedNode other) => other.Disk.Lives.FirstOrDefault(life => life.Node == node.Id);

    private static bool Supersedes(KnownLife? known, LifeClaim claim) => known is not null
        && (known.Past.Contains(claim.Incarnation)
            || (known.Incarnation == claim.Incarnation && !known.Marks.All(claim.Reaches)));
}
