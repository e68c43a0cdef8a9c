namespace AspireKv.Cluster.Status;

/// <summary>How the disk of a node is.</summary>
/// <param name="IsSlow">The disk's syncs take much longer than those of the other nodes, or did a short while ago.</param>
/// <param name="IsFull">The disk has no room for new values, or had none a short while ago.</param>
/// <param name="SyncTime">
/// The median time of the syncs of the write-ahead log that ended in the last seconds, told to others in whole
/// milliseconds, rounded up; zero where there was none.
/// </param>
public readonly record struct DiskCondition(bool IsSlow, bool IsFull, TimeSpan SyncTime)
{
    /// <summary>True where others should coordinate rather than this node.</summary>
    public bool IsHandicap => IsSlow || IsFull;
}
