namespace AspireKv.Cluster.Topology;

/// <summary>A node as the cluster knows it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">The name under which service discovery finds it, such as <c>node1</c>.</param>
/// <param name="Incarnation">
/// The random number that its data directory was given at its first start. A node that comes back with another one has lost its memory and
/// must not vote.
/// </param>
public sealed record Member(NodeId Id, string Name, ulong Incarnation);
