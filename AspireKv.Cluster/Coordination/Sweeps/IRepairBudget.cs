namespace AspireKv.Cluster.Coordination.Sweeps;

/// <summary>How fast a node sends entries to replicas that lack them, so that clients do not notice. Shared by all partitions.</summary>
public interface IRepairBudget
{
    /// <summary>True when another entry may be sent now.</summary>
    bool IsOpen { get; }

    /// <summary>Takes note of an entry that was sent; what is over the rate is made up for by a wait.</summary>
    /// <param name="bytes">Bytes of its value.</param>
    void Spend(long bytes);
}
