using AspireKv.Cluster.Topology;
using Microsoft.Extensions.Options;

namespace AspireKv.Access.Nodes;

/// <summary>
/// The links to all nodes that this process talks to: those of the configuration at first, and the members of the cluster once they are
/// known. The links are one immutable value that is swapped whole, so a reader that took <see cref="Current"/> goes on with one and the
/// same set.
/// </summary>
public sealed class NodeDirectory : IAsyncDisposable
{
    private readonly INodeLinkFactory _factory;

    /// <summary>Held while the set is replaced.</summary>
    private readonly Lock _gate = new();

    private volatile NodeSet _current = NodeSet.Empty;

    public NodeDirectory(INodeLinkFactory factory, IOptions<ClusterMembersOptions> members)
    {
        _factory = factory;
        Replace(members.Value.Members.ToDictionary(member => NodeId.Parse(member.Key), static member => (member.Value, "")));
    }

    public NodeSet Current => _current;

    /// <summary>
    /// Takes these nodes from now on. The link of a node that stays, under its name, stays open; a new node gets a link. The links of nodes
    /// that are gone are closed, by which operations that are under way there end like those of a broken stream.
    /// </summary>
    /// <param name="members">The nodes with their names, and with HOST:PORT where they said so.</param>
    public async ValueTask ChangeAsync(IReadOnlyDictionary<NodeId, (string Name, string Hint)> members)
    {
        foreach (var gone in Replace(members))
        {
            await gone.DisposeAsync();
        }
    }

    /// <summary>Closes every link.</summary>
    public ValueTask DisposeAsync() => ChangeAsync(new Dictionary<NodeId, (string Name, string Hint)>());

    /// <returns>The links that nobody finds any more.</returns>
    private List<INodeLink> Replace(IReadOnlyDictionary<NodeId, (string Name, string Hint)> members)
    {
        lock (_gate)
        {
            var before = _current;
            var links = members
                .Select(member => before.Find(member.Key) is { } link && link.Name == member.Value.Name
                    ? link
                    : _factory.Open(member.Key, member.Value.Name, member.Value.Hint))
                .ToList();
            _current = new NodeSet(links);
            return [.. before.All.Except(links)];
        }
    }
}
