using AspireKv.Cluster.Topology;

namespace AspireKv.StorageNode.Identity;

/// <summary>
/// This node, in this life of its process. A value: known once the data directory is open, and the same until the process ends.
/// </summary>
/// <param name="Member">The node as the cluster knows it, with the incarnation of its data directory.</param>
/// <param name="Process">Random for each start of the process: the word of the start, by which the others know it.</param>
internal sealed record LocalNode(Member Member, ulong Process)
{
    public NodeId Id => Member.Id;

    public string Name => Member.Name;
}
