namespace AspireKv.Cluster.Status;

/// <summary>Whether a node answers, as seen by another one. Written into messages: append only.</summary>
public enum NodeLiveness : byte
{
    /// <summary>The node answered lately.</summary>
    Alive = 1,

    /// <summary>The node has not answered for a while.</summary>
    Suspect = 2,

    /// <summary>The node has not answered for so long, or refuses connections, that others take over its partitions.</summary>
    Dead = 3,
}
