using AspireKv.Cluster.Topology;

namespace AspireKv.Access.Nodes;

/// <summary>Opens links to nodes.</summary>
public interface INodeLinkFactory
{
    /// <summary>Opens a link, which connects in the background, again and again, until the caller disposes it.</summary>
    /// <param name="node">The node's number.</param>
    /// <param name="name">The name under which service discovery finds the node.</param>
    /// <param name="hint">Where the node said that it is to be dialled, HOST:PORT, or empty.</param>
    INodeLink Open(NodeId node, string name, string hint);
}
