namespace AspireKv.AppHost;

/// <summary>What a storage node is there for.</summary>
internal enum NodePart
{
    /// <summary>The node is wanted: it starts with the others.</summary>
    Member,

    /// <summary>The node was wanted, has data, and is to go: it starts with the others, and is removed once the cluster serves.</summary>
    Leaving,

    /// <summary>The node waits until somebody starts it.</summary>
    Spare,
}
