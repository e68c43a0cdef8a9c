namespace AspireKv.Cluster.Coordination.Sweeps;

/// <summary>What a comparison of replicas came to.</summary>
/// <param name="IsComplete">False where it was given up, or its ballot was lost: what is below was done all the same.</param>
/// <param name="Buckets">Buckets in which some replica held something else.</param>
/// <param name="Copied">Entries that were brought to replicas that lacked them, under their own stamps.</param>
/// <param name="Settled">Entries that were committed under new stamps, since no majority showed them.</param>
/// <param name="Bytes">Bytes of the values of both, each counted once.</param>
public readonly record struct ComparisonResult(bool IsComplete, int Buckets, long Copied, long Settled, long Bytes)
{
    /// <summary>
    /// True where nothing had to be repaired. A key whose write was under way while the sums were taken makes a bucket differ and is found
    /// alike in its turn.
    /// </summary>
    public bool IsAlike => IsComplete && Copied + Settled == 0;
}
