namespace AspireKv.Cluster.Messages;

/// <summary>What a coordinator asks of a replica. Written into messages: append only.</summary>
public enum PeerRequestKind : byte
{
    /// <summary>Obey no lower ballot than this from now on.</summary>
    Prepare = 1,

    /// <summary>Say what you hold for the key.</summary>
    Read = 2,

    /// <summary>Hold this entry for the key, unless you hold a newer one.</summary>
    Accept = 3,

    /// <summary>Say that you still obey my ballot.</summary>
    Confirm = 4,

    /// <summary>Drop the tombstone with exactly this stamp.</summary>
    Purge = 5,

    /// <summary>I no longer hold the ballot; expects no answer.</summary>
    Resigned = 6,

    /// <summary>
    /// Forget what you hold of the partition: you are being rebuilt under this ballot. For the learner of this incarnation only.
    /// </summary>
    Rebuild = 7,

    /// <summary>Say which keys of these buckets you hold an entry of, tombstones too, and its stamp.</summary>
    List = 8,

    /// <summary>You hold everything that was committed: be a voter again. For the learner of this incarnation only.</summary>
    Rebuilt = 9,

    /// <summary>I lost my memory: the coordinator of the partition is to rebuild me. Expects no answer.</summary>
    Learning = 10,

    /// <summary>Say the sums of your buckets.</summary>
    Sum = 11,
}
