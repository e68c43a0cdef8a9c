namespace AspireKv.Cluster.Topology;

/// <summary>A member as the topology knows it.</summary>
/// <param name="Identity">Its number, its name, and the life that counts; the incarnation is 0 before the first one.</param>
/// <param name="Registered">The version of the topology that first named this life; 0 for a number that was announced and never
/// started.</param>
/// <param name="State">What it may be given.</param>
public sealed record TopologyMember(Member Identity, long Registered, MemberState State)
{
    /// <summary>Where the node said that others may dial it, HOST:PORT; empty where service discovery alone knows.</summary>
    public string Address { get; init; } = "";

    public NodeId Id => Identity.Id;

    /// <summary>False for a number that was announced and never started.</summary>
    public bool IsRegistered => Registered > 0;
}
