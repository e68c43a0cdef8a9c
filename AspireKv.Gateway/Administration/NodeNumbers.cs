using System.Globalization;
using AspireKv.Cluster.Topology;

namespace AspireKv.Gateway.Administration;

/// <summary>How the API writes nodes and their lives.</summary>
internal static class NodeNumbers
{
    public static int[] Of(IReadOnlyList<NodeId> nodes) => [.. nodes.Select(static node => node.Value)];

    /// <summary>The random number of a member's data directory in hexadecimal; null for one that was announced and never started.</summary>
    public static string? IncarnationOf(TopologyMember member) =>
        member.IsRegistered ? member.Identity.Incarnation.ToString("x16", CultureInfo.InvariantCulture) : null;
}
