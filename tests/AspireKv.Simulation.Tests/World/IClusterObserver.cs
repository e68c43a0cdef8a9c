using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;

namespace AspireKv.Simulation.Tests.World;

/// <summary>
/// Hears of what happens in the cluster, in the moment in which it happens: whoever judges it, and whoever makes it worse. The world does
/// not know which of the two.
/// </summary>
internal interface IClusterObserver
{
    /// <summary>A process of the node begins with what the disk kept.</summary>
    void Recovered(SimulatedNode node)
    {
    }

    /// <summary>What the node had stored is gone.</summary>
    void DiskLost(SimulatedNode node)
    {
    }

    /// <summary>The node takes part from now on.</summary>
    void Founded(SimulatedNode node, FoundingRecord record)
    {
    }

    /// <summary>The topology gives the partition this config.</summary>
    void ConfigChanged(int partition, PartitionConfig config)
    {
    }

    /// <summary>The node is about to place the record.</summary>
    void Placed(SimulatedNode node, ReplicaRecord record)
    {
    }

    /// <summary>A coordinator is about to send the request.</summary>
    void Sent(SimulatedPartition from, NodeId to, PeerRequest request)
    {
    }

    /// <summary>The node answers, after what it waited for is synced; <paramref name="to"/> may be the node itself.</summary>
    void Answered(SimulatedNode node, NodeId to, PeerResponse response)
    {
    }

    /// <summary>Whoever called is told this result, of a call that came to the node at that time.</summary>
    void Completed(SimulatedPartition at, PendingOperation operation, TimeSpan arrivedAt, OperationResult result)
    {
    }
}
