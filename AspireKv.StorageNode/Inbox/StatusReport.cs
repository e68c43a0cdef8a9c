using AspireKv.Cluster.Status;
using AspireKv.Storage;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Peers;

namespace AspireKv.StorageNode.Inbox;

/// <summary>What this node tells of itself and of what it sees, gathered anew for each one that asks.</summary>
internal sealed class StatusReport(LocalNode self, StorageEngine engine, PeerLinks links, HostedPartitions partitions)
{
    public NodeStatus Create() => new(
        self.Member,
        engine.Founding,
        links.JudgeAll(),
        [.. partitions.All.Select(partition => partition.GetStatus()).Where(status => status.Config?.Contains(self.Id) == true)]);
}
