using AspireKv.Cluster.Membership;
using AspireKv.StorageNode.Identity;

namespace AspireKv.StorageNode.Membership;

/// <summary>
/// Compares what the node is started with to what the cluster was founded with, as far as that never changes. Members and the replication
/// factor do; the topology has them.
/// </summary>
internal static class FoundingCheck
{
    /// <summary>One line that says what differs, and what was founded; null when all agrees.</summary>
    public static string? FindDifference(FoundingRecord founding, ClusterOptions configured)
    {
        if (founding.HashVersion != FoundingRecord.CurrentHashVersion)
        {
            return $"The cluster places keys by hash version {founding.HashVersion}; "
                + $"this program knows only version {FoundingRecord.CurrentHashVersion}.";
        }

        return Compare("Partitions", configured.Partitions, founding.PartitionCount)
            ?? Compare("MaxValueBytes", configured.MaxValueBytes, founding.MaxValueBytes);
    }

    private static string? Compare(string option, int configured, int founded) => configured == founded
        ? null
        : $"Cluster:{option} is {configured}, but the cluster was founded with {founded}: start it with that.";
}
