using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Ring;

/// <summary>
/// Consistent hashing with virtual nodes (Karger and others, 1997; DeCandia and others, "Dynamo", 2007): a node that joins or leaves
/// changes few preference lists. The ring only proposes; what counts is the stored <see cref="Placement"/>. Immutable.
/// </summary>
internal sealed class HashRing
{
    public const int DefaultVirtualNodes = 128;

    /// <summary>Clockwise: by rising token.</summary>
    private readonly VirtualNode[] _virtualNodes;

    /// <param name="nodes">The nodes, each once and at least one; their order does not matter.</param>
    /// <param name="virtualNodes">How many tokens each node has: more of them share the ring more evenly and make it larger.</param>
    public HashRing(IReadOnlyCollection<NodeId> nodes, int virtualNodes = DefaultVirtualNodes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(virtualNodes, 1);
        Nodes = [.. nodes.Distinct().Order()];
        if (Nodes.Count == 0 || Nodes.Count != nodes.Count)
        {
            throw new ArgumentException("A ring needs at least one node, and each node once.", nameof(nodes));
        }

        _virtualNodes =
        [
            .. from node in Nodes
               from index in Enumerable.Range(0, virtualNodes)
               select new VirtualNode(Token.Of(node, index), node),
        ];
        Array.Sort(_virtualNodes);
    }

    /// <summary>The nodes, by rising id.</summary>
    public IReadOnlyList<NodeId> Nodes { get; }

    /// <summary>
    /// The first <paramref name="count"/> distinct nodes met clockwise from <paramref name="start"/>; all of them when there are fewer.
    /// </summary>
    public IReadOnlyList<NodeId> GetPreferenceList(Token start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var wanted = Math.Min(count, Nodes.Count);
        var met = new HashSet<NodeId>(wanted);
        var list = new List<NodeId>(wanted);
        for (var next = FindFirst(start); list.Count < wanted; next = (next + 1) % _virtualNodes.Length)
        {
            if (met.Add(_virtualNodes[next].Node))
            {
                list.Add(_virtualNodes[next].Node);
            }
        }

        return list;
    }

    /// <summary>The index of the first virtual node at or after the token, going round past the last.</summary>
    private int FindFirst(Token start)
    {
        var found = Array.BinarySearch(_virtualNodes, new VirtualNode(start, NodeId.None));
        return (found < 0 ? ~found : found) % _virtualNodes.Length;
    }
}
