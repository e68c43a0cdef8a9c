namespace AspireKv.Cluster.Topology;

/// <summary>What a member may be given. Written into the topology: append only.</summary>
public enum MemberState : byte
{
    /// <summary>The member holds nothing until a plan adds it.</summary>
    Idle = 0,

    /// <summary>The member takes its share of the partitions.</summary>
    Active = 1,

    /// <summary>The member is given nothing any more, and what it holds goes to others.</summary>
    Draining = 2,

    /// <summary>As <see cref="Draining"/>, and once nothing names the node, it is no member any more.</summary>
    Removing = 3,
}
