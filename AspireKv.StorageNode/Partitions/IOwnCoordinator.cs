using AspireKv.Cluster.Messages;

namespace AspireKv.StorageNode.Partitions;

/// <summary>
/// This node's coordinator of one partition, as this node's replica answers it: off the step that asked, like every other answer.
/// </summary>
internal interface IOwnCoordinator
{
    void OnOwnResponse(PeerResponse response);

    /// <summary>True while the coordinator waits for answers to the question. Not from within a step of a partition.</summary>
    bool Awaits(RequestId id);
}
