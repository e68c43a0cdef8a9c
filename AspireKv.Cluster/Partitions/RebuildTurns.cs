using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Coordination.Sweeps;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// Which learner of the partition this node rebuilds while it coordinates: one at a time, those that answer only, each in its turn, so that
/// a dead one holds back no other.
/// </summary>
internal sealed class RebuildTurns(HolderView view, IPartitionHost host)
{
    /// <summary>The rebuild of the present coordinator, which may have ended; or null.</summary>
    private LearnerRebuild? _present;

    /// <summary>The learner whose turn came last.</summary>
    private NodeId _last;

    /// <summary>True while a learner is rebuilt. May be read from any thread.</summary>
    public bool IsRebuilding => _present is { IsEnded: false };

    /// <summary>True when none is rebuilt and a learner that answers waits for it.</summary>
    public bool IsDue => !IsRebuilding && Next != NodeId.None;

    /// <summary>
    /// A learner that the topology names in the life that it is in: whoever is to vote beside it later, under a config that is made then,
    /// knows that its former life is over.
    /// </summary>
    private NodeId Next => view.Learners.Where(learner => host.IsAlive(learner.Key) && host.IsRegistered(learner.Key, learner.Value))
        .Select(static learner => learner.Key)
        .OrderBy(node => node.Value <= _last.Value).ThenBy(static node => node).FirstOrDefault();

    /// <summary>Begins with the learner whose turn it is, if there is one and the ballot is held.</summary>
    public void Start(Coordinator? coordinator)
    {
        if (coordinator is { HoldsBallot: true } && !IsRebuilding && Next is var learner
            && view.Learners.TryGetValue(learner, out var incarnation))
        {
            _last = learner;
            _present = new LearnerRebuild(coordinator, learner, incarnation, host.Now);
        }
    }

    public void Tick(TimeSpan now) => _present?.Tick(now);

    /// <summary>The ballot is lost, and the rebuild with it.</summary>
    public void End() => _present = null;
}
