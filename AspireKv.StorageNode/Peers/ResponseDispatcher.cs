using AspireKv.Cluster.Consensus;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Founding;
using AspireKv.Transport;

namespace AspireKv.StorageNode.Peers;

/// <summary>Brings the answers of other nodes to the coordinators that asked. Runs on the channels' read loops: nothing here waits.</summary>
internal sealed class ResponseDispatcher(Membership membership, ILogger<ResponseDispatcher> logger) : IPeerResponseHandler
{
    public void OnPeerResponse(NodeId from, PeerResponse response) => membership.Partitions?.Find(response.Partition)?.OnResponse(from, response);

    public void OnConnected(NodeId node) => Log.PeerConnected(logger, node.Value);

    public void OnDisconnected(NodeId node) => Log.PeerDisconnected(logger, node.Value);
}
