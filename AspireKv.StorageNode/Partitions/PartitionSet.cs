using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;

namespace AspireKv.StorageNode.Partitions;

/// <summary>
/// All partitions of the cluster as this node runs them; those of which it holds no replica only forward. Never changed, replaced whole.
/// </summary>
internal sealed class PartitionSet
{
    private readonly PartitionHost[] _hosts;
    private readonly PartitionMap _map;

    public PartitionSet(FoundingRecord founding, PartitionFactory factory)
    {
        MaxValueBytes = founding.MaxValueBytes;
        _map = new PartitionMap(founding.PartitionCount);
        _hosts = new PartitionHost[founding.PartitionCount];
        for (var i = 0; i < _hosts.Length; i++)
        {
            _hosts[i] = factory.Create(i, founding.FirstRound);
            _hosts[i].Adopt(founding.ConfigOf(i));
        }
    }

    /// <summary>Bytes of the longest value that clients may write.</summary>
    public int MaxValueBytes { get; }

    public IReadOnlyList<PartitionHost> All => _hosts;

    public PartitionHost? Find(int partition) => (uint)partition < (uint)_hosts.Length ? _hosts[partition] : null;

    public PartitionHost For(StoreKey key) => _hosts[_map.PartitionOf(key)];
}
