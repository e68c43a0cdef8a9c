using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.StorageNode.Partitions;

/// <summary>
/// All partitions of the cluster as this node runs them, the system partition last; those of which it holds no replica only forward. Their
/// number never changes.
/// </summary>
internal sealed class PartitionSet
{
    private readonly PartitionHost[] _hosts;
    private readonly PartitionMap _map;

    public PartitionSet(FoundingRecord founding, PartitionFactory factory)
    {
        MaxValueBytes = founding.MaxValueBytes;
        _map = new PartitionMap(founding.PartitionCount);
        _hosts = [.. Enumerable.Range(0, founding.PartitionCount + 1).Select(partition => factory.Create(partition, founding.FirstRound))];
    }

    /// <summary>Bytes of the longest value that clients may write.</summary>
    public int MaxValueBytes { get; }

    public IReadOnlyList<PartitionHost> All => _hosts;

    /// <summary>The partition that holds the topology; no key of a client lies in it.</summary>
    public PartitionHost System => _hosts[^1];

    public PartitionHost? Find(int partition) => (uint)partition < (uint)_hosts.Length ? _hosts[partition] : null;

    public PartitionHost For(StoreKey key) => _hosts[_map.PartitionOf(key)];

    /// <summary>Has every partition know of its config as the topology has it.</summary>
    public void Follow(ClusterTopology topology)
    {
        for (var i = 0; i < _hosts.Length; i++)
        {
            _hosts[i].Learn(topology.Partitions[i].Config);
        }
    }
}
