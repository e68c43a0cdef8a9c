namespace AspireKv.Cluster.Lives;

/// <summary>What a node answers to a <see cref="LifeClaim"/>. Written into messages: append only.</summary>
public enum LifeVerdict : byte
{
    /// <summary>The start is kept durably, and messages of its process are taken.</summary>
    Admitted = 1,

    /// <summary>Another process of the same node speaks here: the claim waits until that one is silent.</summary>
    Twin = 2,

    /// <summary>The files are older than what the node showed, or of an incarnation that was replaced: they must never vote.</summary>
    Superseded = 3,

    /// <summary>The node is no member of the cluster, or none any more.</summary>
    Stranger = 4,
}
