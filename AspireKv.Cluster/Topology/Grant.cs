namespace AspireKv.Cluster.Topology;

/// <summary>A partition that was given to a node: what the node stored of the partition under another grant is void.</summary>
/// <param name="Since">The epoch of the config that gave it; each grant has its own, also where the node held the partition before.</param>
/// <param name="Incarnation">The life of the node to which it was given: any other life of the node joins without a memory.</param>
public readonly record struct Grant(long Since, ulong Incarnation);
