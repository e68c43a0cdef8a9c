using AspireKv.Cluster.Topology;

namespace AspireKv.Gateway.Administration;

/// <summary>How the API writes nodes.</summary>
internal static class NodeNumbers
{
    public static int[] Of(IReadOnlyList<NodeId> nodes) => [.. nodes.Select(static node => node.Value)];
}
