using AspireKv.Cluster.Coordination;
using AspireKv.Storage;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Peers;

namespace AspireKv.StorageNode.Partitions;

/// <summary>Sets up partitions with what this node remembers of them.</summary>
internal sealed class PartitionFactory(
    LocalNode self,
    StorageEngine engine,
    IPeers peers,
    ILives lives,
    KnownTopology topology,
    DurableAnswers answers,
    RepairBudget repairBudget,
    RepairMetrics repairs,
    ProtocolOptions options,
    TimeProvider time,
    ILogger<PartitionHost> logger)
{
    public PartitionHost Create(int partition, long firstRound)
    {
        var deferred = new DeferredRequests(partition, engine, options.ListedKeys);
        var world = new PartitionWorld(partition, self, engine, deferred, peers, lives, topology, answers, repairBudget, repairs, time);
        return new PartitionHost(partition, self, world, deferred, engine.GetSnapshot(partition), options, firstRound, logger);
    }
}
