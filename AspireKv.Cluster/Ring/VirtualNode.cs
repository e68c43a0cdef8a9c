using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Ring;

/// <summary>One of the places that a node has on the ring. Should two nodes meet on one token, the lower id comes first.</summary>
internal readonly record struct VirtualNode(Token Token, NodeId Node) : IComparable<VirtualNode>
{
    public int CompareTo(VirtualNode other)
    {
        var byToken = Token.CompareTo(other.Token);
        return byToken != 0 ? byToken : Node.CompareTo(other.Node);
    }
}
