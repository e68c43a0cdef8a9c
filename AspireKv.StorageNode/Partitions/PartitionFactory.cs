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
    DurableAnswers answers,
    ProtocolOptions options,
    TimeProvider time,
    ILogger<PartitionHost> logger)
{
    public PartitionHost Create(int partition)
    {
        var world = new PartitionWorld(partition, self, engine, peers, answers, time, logger);
        return new PartitionHost(partition, self, world, engine.GetSnapshot(partition), options, logger);
    }
}
