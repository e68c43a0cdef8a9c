using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;

namespace AspireKv.Transport.Contracts;

/// <summary>This process as it presents itself to others. The host registers one instance.</summary>
/// <param name="identity">Role, number, process id and name of this process.</param>
/// <param name="clusterId">
/// The id of the cluster this process belongs to, or null while it knows none; asked at each handshake and for each frame, from any
/// thread.
/// </param>
/// <param name="mayConnect">
/// Whether the node is let in. Asked at each handshake of a node, from any thread. Null on a process that nobody dials.
/// </param>
/// <param name="condition">How this process is; asked with each Ping, from any thread. Null on a process that nobody dials.</param>
/// <param name="topologyVersion">
/// The version of the newest topology that this process believes, 0 before it knows any; asked for each frame, from any thread. Null on a
/// process that nobody dials.
/// </param>
public sealed class LocalPeer(
    PeerIdentity identity,
    Func<Guid?> clusterId,
    Func<NodeId, bool>? mayConnect = null,
    Func<NodeCondition>? condition = null,
    Func<long>? topologyVersion = null)
{
    public PeerIdentity Identity { get; } = identity;

    public Guid? ClusterId => clusterId();

    public NodeCondition Condition => condition?.Invoke() ?? NodeCondition.Well;

    /// <summary>True when the node may connect to this process.</summary>
    public bool MayConnect(NodeId node) => mayConnect?.Invoke(node) ?? true;

    /// <summary>Which topology this process goes by, 0 for none.</summary>
    internal long TopologyVersion => topologyVersion?.Invoke() ?? 0;
}
