using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;

namespace AspireKv.StorageNode.Replicas;

/// <summary>All partitions of the cluster as this node runs them; those it holds no replica of only forward.</summary>
internal sealed class Partitions
{
    private readonly PartitionHost[] _hosts;
    private readonly PartitionMap _map;

    public Partitions(NodeContext node, FoundingRecord founding)
    {
        var hasMemory = founding.Find(node.Self)?.Incarnation == node.Incarnation;
        _map = new PartitionMap(founding.PartitionCount);
        _hosts = new PartitionHost[founding.PartitionCount];
        for (var i = 0; i < _hosts.Length; i++)
        {
            _hosts[i] = new PartitionHost(i, node, node.Engine.GetSnapshot(i));
            _hosts[i].Adopt(PartitionConfig.Founded(founding.Placement[i]), hasMemory);
        }
    }

    public IReadOnlyList<PartitionHost> All => _hosts;

    public PartitionHost? Find(int partition) => (uint)partition < (uint)_hosts.Length ? _hosts[partition] : null;

    public PartitionHost For(ClientOperation operation) => _hosts[_map.PartitionOf(operation.Key)];
}
