using System.Globalization;
using AspireKv.Cluster.Topology;

namespace AspireKv.Gateway.ClusterStatus;

/// <summary>How the API writes the life of a member.</summary>
internal static class LifeName
{
    /// <summary>The random number of its data directory in hexadecimal; null for a member that was announced and never started.</summary>
    public static string? Of(TopologyMember member) =>
        member.IsRegistered ? member.Identity.Incarnation.ToString("x16", CultureInfo.InvariantCulture) : null;
}
