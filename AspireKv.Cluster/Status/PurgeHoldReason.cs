namespace AspireKv.Cluster.Status;

/// <summary>Why a replica keeps tombstones from being purged. Written into messages: append only.</summary>
public enum PurgeHoldReason : byte
{
    /// <summary>The node does not answer, so nobody knows whether it holds the tombstones.</summary>
    Dead = 1,

    /// <summary>The node answers, lost what it held, and waits to be rebuilt.</summary>
    Learner = 2,

    /// <summary>The node does not answer the coordinator, and lives: another node reaches it.</summary>
    CutOff = 3,

    /// <summary>The node is about to hold the partition, which moves.</summary>
    Moving = 4,
}
