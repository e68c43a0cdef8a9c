using AspireKv.Cluster.Consensus;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Liveness;
using AspireKv.StorageNode.Peers;
using AspireKv.StorageNode.Replicas;
using AspireKv.StorageNode.Storage;

namespace AspireKv.StorageNode;

/// <summary>What all partitions of this node share.</summary>
internal sealed record NodeContext(
    NodeId Self,
    ulong Incarnation,
    ulong Process,
    TimeProvider Time,
    StorageEngine Engine,
    DurableAnswers DurableAnswers,
    PeerLinks Links,
    LivenessTracker Liveness,
    OperationRunner Operations,
    CoordinatorOptions CoordinatorOptions,
    ILogger Logger);
