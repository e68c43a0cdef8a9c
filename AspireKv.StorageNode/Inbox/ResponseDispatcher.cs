using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Peers;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Inbox;

/// <summary>
/// Brings the answers of other nodes to the coordinators that asked. Runs on the channels' read loops: nothing here waits for a disk or for
/// a peer.
/// </summary>
internal sealed class ResponseDispatcher(HostedPartitions hosted, IPeers peers, ILives lives) : IPeerResponseHandler
{
    public void OnPeerResponse(NodeId from, PeerResponse response)
    {
        if (peers.ProcessOf(from) is { } process && lives.TakesFrom(from, process))
        {
            // Before the answer counts: from then on files that do not reach so far are known to be old.
            lives.Saw(from, process, response.Position);
        }
        else
        {
            // The process may be let in later, and then answer what it is asked again.
            response = response.ToUnanswered();
        }

        hosted.Find(response.Partition)?.OnResponse(from, response);
    }
}
