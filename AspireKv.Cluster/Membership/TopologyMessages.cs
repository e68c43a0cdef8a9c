using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>Asks for the topology that a node believes.</summary>
/// <param name="Known">The version that the asker knows, or 0.</param>
public readonly record struct TopologyRequest(long Known);

/// <summary>The answer to <see cref="TopologyRequest"/>.</summary>
/// <param name="Newer">What the responder believes, or null where that is not newer.</param>
public sealed record TopologyResponse(ClusterTopology? Newer);

/// <summary>Asks a member to have the sender's life registered in the topology.</summary>
/// <param name="Sender">The asking node, with its incarnation.</param>
/// <param name="Address">Where its peers may dial it, HOST:PORT; empty where service discovery alone knows.</param>
/// <param name="TakesShare">True where the node is to take its share of the partitions; else it holds nothing until a plan says so.</param>
public sealed record RegistrationRequest(Member Sender, string Address, bool TakesShare);

/// <summary>The answer to <see cref="RegistrationRequest"/>.</summary>
/// <param name="Refusal">Why the node is not registered, as a code; empty where it is.</param>
public sealed record RegistrationResponse(string Refusal);
