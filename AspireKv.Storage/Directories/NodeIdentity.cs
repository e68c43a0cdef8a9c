using AspireKv.Cluster.Topology;

namespace AspireKv.Storage.Directories;

/// <summary>Whose data directory it is.</summary>
/// <param name="Node">The node's number.</param>
/// <param name="Incarnation">
/// Random, drawn when the directory was first used and never 0; a node with another one has lost its memory.
/// </param>
public readonly record struct NodeIdentity(NodeId Node, ulong Incarnation);
