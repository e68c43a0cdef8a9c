using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Coordination.Sweeps;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// The sweep of a partition that moves, while this node coordinates it: a pass over all keys that makes each of them known to a quorum of
/// both lists of replicas. What is written meanwhile reaches such a quorum by itself. A pass that is given up, or whose ballot is lost,
/// counts for nothing; one that came to its end counts for as long as the config is the same, whoever coordinates.
/// </summary>
internal sealed class MoveTurns(NodeId self, HolderView view, ReplicaState replica, IPartitionHost host)
{
    /// <summary>The pass of the present coordinator; or null.</summary>
    private Comparison? _present;

    private MoveProgress _progress;

    /// <summary>True while a pass is under way. May be read from any thread.</summary>
    public bool IsSweeping => _present is not null;

    /// <summary>True where the partition moves, by the config that the replica adopted.</summary>
    public bool IsMoving => replica.Config is { NextReplicas.Count: > 0 };

    /// <summary>True where the partition moves, no pass came to its end, and a quorum of both lists answers.</summary>
    public bool IsDue => IsMoving && !IsSweeping && !IsSwept && IsEnough(Answering);

    /// <summary>How far the move is, as far as this node brought it; null where the partition does not move.</summary>
    public MoveProgress? Progress =>
        !IsMoving ? null
        : _progress.Epoch == replica.Epoch ? _progress
        : new MoveProgress(replica.Epoch, 0, 0, 0, IsSwept: false);

    private bool IsSwept => _progress.IsSwept && _progress.Epoch == replica.Epoch;

    /// <summary>The replicas that answer and have their memory as far as known, as a set of voters; this node is one.</summary>
    private ulong Answering => replica.Config!.Quorum.SetOf(node => node == self || view.MayVote(node));

    public void Start(Coordinator? coordinator)
    {
        // Who answers may be otherwise at the next look.
        if (coordinator is { HoldsBallot: true } && IsDue && Answering is var nodes && IsEnough(nodes))
        {
            _present = new Comparison(coordinator, nodes, host.RepairBudget, isMove: true);
            TakeNote(_present);
        }
    }

    public void Tick(TimeSpan now)
    {
        if (_present is not { } present)
        {
            return;
        }

        present.Tick(now);
        TakeNote(present);
        _present = present.IsEnded ? null : present;
    }

    /// <summary>The ballot is lost, and the pass with it.</summary>
    public void End() => _present = null;

    /// <summary>True when what these replicas show is all that was committed.</summary>
    private bool IsEnough(ulong nodes) => replica.Config!.Quorum.IsMet(nodes);

    private void TakeNote(Comparison pass) => _progress = new MoveProgress(
        replica.Epoch, pass.Listed, pass.Result.Copied, pass.Result.Settled, pass.Result.IsComplete);
}
