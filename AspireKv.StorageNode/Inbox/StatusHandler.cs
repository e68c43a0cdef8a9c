using AspireKv.Cluster.Status;
using AspireKv.Storage;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Peers;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Inbox;

/// <summary>Tells peers and gateways what this node is and what it sees, gathered anew for each one that asks.</summary>
internal sealed class StatusHandler(LocalNode self, StorageEngine engine, PeerLinks links, HostedPartitions partitions)
    : IQuestionHandler<StatusRequest, NodeStatus>
{
    public void OnAsked(Asked<StatusRequest, NodeStatus> asked) => asked.Answer(new NodeStatus(
        self.Member,
        engine.Founding,
        links.JudgeAll(),
        [.. partitions.All.Select(partition => partition.GetStatus()).Where(status => status.Config?.Contains(self.Id) == true)]));
}
