using AspireKv.Cluster.Keys;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>
/// The removal of the tombstone of one key, once every replica holds it. A purge that comes to nothing is left to the next sweep.
/// </summary>
public sealed class PendingPurge(StoreKey key) : PendingTask(key);
