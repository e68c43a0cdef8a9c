using AspireKv.Cluster.Keys;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>Commits what there is of the key under a new stamp, at a quorum and at a learner.</summary>
internal sealed class PendingCopy(StoreKey key, LearnerRebuild rebuild) : PendingTask(key)
{
    public LearnerRebuild Rebuild { get; } = rebuild;
}
