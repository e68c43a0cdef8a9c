using AspireKv.Cluster.Topology;

namespace AspireKv.Transport.Contracts;

/// <summary>The process at one end of a stream, as it named itself in the handshake and proved by the cluster's credential.</summary>
/// <param name="Role">What the process is to the cluster.</param>
/// <param name="Node">The number of the node; <see cref="NodeId.None"/> for a gateway.</param>
/// <param name="ProcessId">Random for each start of the process, so that two lives of one node can be told apart.</param>
/// <param name="Name">The name of the member or gateway, for logs; at most 256 bytes of UTF-8.</param>
public sealed record PeerIdentity(PeerRole Role, NodeId Node, ulong ProcessId, string Name);
