using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Coordination.Sweeps;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// The comparison of the replicas of one partition while this node coordinates it: of all that answer, since what a dead one misses is for
/// later, and the others should be alike all the more.
/// </summary>
internal sealed class RepairTurns(NodeId self, HolderView view, ReplicaState replica, IPartitionHost host)
{
    /// <summary>The comparison of the present coordinator, until the host has heard of its end; or null.</summary>
    private Comparison? _present;

    /// <summary>True while replicas are compared. May be read from any thread.</summary>
    public bool IsComparing => _present is not null;

    /// <summary>When all replicas were last known to be alike under the present ballot; before, when it was taken.</summary>
    public TimeSpan AlikeAt { get; private set; }

    /// <summary>The replicas that answer, as a set of voters; this node is one.</summary>
    private ulong Answering => replica.Config!.Quorum.SetOf(node => node == self || host.IsAlive(node));

    /// <summary>
    /// True where there is another replica to compare with, nobody lacks all of it anyway, and the partition does not move: the sweep of a
    /// move looks at every key.
    /// </summary>
    public bool MayCompare =>
        !IsComparing && replica.Config!.NextReplicas.Count == 0 && view.Learners.Count == 0 && view.IsQuorumAlive()
        && (Answering & (Answering - 1)) != 0;

    /// <summary>True where a replica that answers may lack something, as far as the coordinator knows.</summary>
    public bool HasDoubts(Coordinator coordinator) => (coordinator.Doubted & Answering) != 0;

    /// <summary>This node takes the ballot.</summary>
    public void Begin() => AlikeAt = host.Now;

    public void Start(Coordinator? coordinator)
    {
        if (coordinator is { HoldsBallot: true } && MayCompare)
        {
            _present = new Comparison(coordinator, Answering, host.RepairBudget);
        }
    }

    public void Tick(TimeSpan now)
    {
        _present?.Tick(now);
        if (_present is not { IsEnded: true } ended)
        {
            return;
        }

        _present = null;
        if (ended.Result.IsAlike && replica.Config!.Quorum.IsEveryone(ended.Nodes))
        {
            AlikeAt = now;
        }

        host.Compared(ended.Result);
    }

    /// <summary>The ballot is lost, and the comparison with it.</summary>
    public void End()
    {
        if (_present is { } comparison)
        {
            _present = null;
            host.Compared(comparison.Result);
        }
    }
}
