using System.Collections.Frozen;
using AspireKv.Cluster.Topology;

namespace AspireKv.Gateway.Cluster;

/// <summary>The links to all nodes. Fixed for the life of the process.</summary>
internal sealed class NodeDirectory(IReadOnlyCollection<INodeLink> links)
{
    private readonly FrozenDictionary<NodeId, INodeLink> _byId = links.ToFrozenDictionary(link => link.Id);
    private readonly FrozenDictionary<string, INodeLink> _byName = links.ToFrozenDictionary(link => link.Name);

    /// <summary>Every link, by rising node id.</summary>
    public IReadOnlyList<INodeLink> All { get; } = [.. links.OrderBy(link => link.Id)];

    public INodeLink? Find(NodeId node) => _byId.GetValueOrDefault(node);

    public INodeLink? Find(string name) => _byName.GetValueOrDefault(name);
}
