using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Topology;
using AspireKv.Storage;
using AspireKv.StorageNode.Liveness;
using AspireKv.StorageNode.Peers;
using AspireKv.StorageNode.Replicas;

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
    CoordinatorOptions CoordinatorOptions,
    ILogger Logger);
