using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Partitions;

/// <summary>Decides where a task goes while this node does not coordinate the partition, and brings operations there.</summary>
internal sealed class Routing(
    int partition,
    HolderView view,
    ReplicaState replica,
    IPartitionHost host,
    Parking parking,
    PreparePause pause,
    TaskEnd end,
    int maxHops,
    Func<RequestId> nextRequestId)
{
    /// <summary>A holder that is known to one node is reached within two hops.</summary>
    private const int HopsOfALoop = 3;

    /// <summary>
    /// Brings the task to the node that is to carry it out, has it wait for the end of a pause, or refuses it. True where this node is to
    /// take the ballot for it, and nothing else was done.
    /// </summary>
    public bool IsForThisNode(PendingTask task)
    {
        if (Find(task, out var node) is var reason && reason != NotAppliedReason.None)
        {
            end.Refuse(task, reason);
        }
        else if (node == view.Self && pause.IsOver(host.Now))
        {
            return true;
        }
        else if (node == view.Self)
        {
            parking.Add(task);
        }
        else
        {
            if (view.Holder != node && view.Holder != view.Self)
            {
                // Which takes the ballot for this operation, if it does not hold it already.
                pause.Leave(host.Now);
            }

            Forward((PendingOperation)task, node);
        }

        return false;
    }

    /// <summary>Finds the node to carry the task out; this one when it is to take the ballot.</summary>
    /// <returns><see cref="NotAppliedReason.None"/>, or why no node is to carry it out.</returns>
    private NotAppliedReason Find(PendingTask task, out NodeId node)
    {
        node = NodeId.None;
        if (task is not PendingOperation operation || view.Config is null || (operation.Hops > 0 && replica.AwaitsAdmission))
        {
            return NotAppliedReason.NotReady;
        }

        if (operation.Hops > maxHops)
        {
            return NotAppliedReason.TooManyHops;
        }

        // The node that handed it on first may hold no replica, and so have heard of no ballot and of no holder that gave one up.
        var isAskedToBe = operation.Hops > (view.WasStoppedAsHolder ? 1 : 0);
        node = view.Choose(isAskedToBe, goesRound: operation.Hops >= HopsOfALoop) ?? NodeId.None;
        return node == NodeId.None ? NotAppliedReason.NoQuorum : NotAppliedReason.None;
    }

    /// <summary>Hands the operation to the other node that was found.</summary>
    private void Forward(PendingOperation operation, NodeId node)
    {
        if (operation.Hops > 0 && view.HasGivenUp)
        {
            SayAgainThatThisNodeResigned(node);
        }

        operation.Hops++;
        operation.IsDone = true;
        operation.Owner?.Forward(operation, node);
    }

    /// <summary>
    /// Whoever sent the operation takes this node for the coordinator, and it may be the very node that is to have it: that node may have
    /// forgotten the resignation with its process. Both would send everything to each other, and then both take the ballot.
    /// </summary>
    private void SayAgainThatThisNodeResigned(NodeId to) => host.Send(
        to,
        new PeerRequest
        {
            Kind = PeerRequestKind.Resigned,
            Partition = partition,
            Epoch = replica.Epoch,
            Ballot = view.Highest,
            Successor = view.Successor,
            Id = nextRequestId(),
        },
        cause: null);
}
