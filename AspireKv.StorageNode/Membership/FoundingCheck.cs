using AspireKv.Cluster.Membership;
using AspireKv.StorageNode.Identity;

namespace AspireKv.StorageNode.Membership;

/// <summary>Compares what the node is started with to what the cluster was founded with.</summary>
internal static class FoundingCheck
{
    /// <summary>One line that says what differs, and what was founded; null when all agrees.</summary>
    public static string? FindDifference(FoundingRecord founding, ClusterOptions configured)
    {
        var members = configured.OrderedMembers;
        if (founding.HashVersion != FoundingRecord.CurrentHashVersion)
        {
            return $"The cluster places keys by hash version {founding.HashVersion}; "
                + $"this program knows only version {FoundingRecord.CurrentHashVersion}.";
        }

        if (members.Count != founding.Members.Count || !members.All(member => founding.Find(member.Key)?.Name == member.Value))
        {
            return $"Cluster:Members names {members.Count} nodes ({Names(members.Select(member => member.Value))}), "
                + $"but the cluster was founded with {founding.Members.Count} ({Names(founding.Members.Select(member => member.Name))}): "
                + "start it with these.";
        }

        return Compare("ReplicationFactor", configured.ReplicationFactor, founding.ReplicationFactor)
            ?? Compare("Partitions", configured.Partitions, founding.PartitionCount)
            ?? Compare("MaxValueBytes", configured.MaxValueBytes, founding.MaxValueBytes);
    }

    private static string? Compare(string option, int configured, int founded) => configured == founded
        ? null
        : $"Cluster:{option} is {configured}, but the cluster was founded with {founded}: start it with that.";

    private static string Names(IEnumerable<string> names) => string.Join(", ", names);
}
