using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Partitions;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Inbox;

/// <summary>
/// Brings the answers of other nodes to the coordinators that asked. Runs on the channels' read loops:
/// nothing here waits for a sync or for a peer, but a key that is not in memory is read from SQLite.
/// </summary>
internal sealed class ResponseDispatcher(HostedPartitions hosted) : IPeerResponseHandler
{
    public void OnPeerResponse(NodeId from, PeerResponse response) => hosted.Find(response.Partition)?.OnResponse(from, response);
}
