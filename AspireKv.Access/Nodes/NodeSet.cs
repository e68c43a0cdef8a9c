using System.Collections.Frozen;
using System.Collections.Immutable;
using AspireKv.Cluster.Topology;

namespace AspireKv.Access.Nodes;

/// <summary>The links to the nodes at one moment. Immutable: see <see cref="NodeDirectory"/>.</summary>
public sealed class NodeSet
{
    internal static readonly NodeSet Empty = new([]);

    private readonly FrozenDictionary<NodeId, INodeLink> _byId;
    private readonly FrozenDictionary<string, INodeLink> _byName;

    internal NodeSet(IEnumerable<INodeLink> links)
    {
        All = [.. links.OrderBy(link => link.Id)];
        _byId = All.ToFrozenDictionary(link => link.Id);
        _byName = All.ToFrozenDictionary(link => link.Name);
    }

    /// <summary>Every link, by rising node id.</summary>
    public ImmutableArray<INodeLink> All { get; }

    public INodeLink? Find(NodeId node) => _byId.GetValueOrDefault(node);

    public INodeLink? Find(string name) => _byName.GetValueOrDefault(name);
}
