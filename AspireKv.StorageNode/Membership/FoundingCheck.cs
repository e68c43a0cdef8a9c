using AspireKv.Cluster.Membership;
using AspireKv.StorageNode.Identity;

namespace AspireKv.StorageNode.Membership;

/// <summary>Compares what the node is started with to what the cluster was founded with.</summary>
internal static class FoundingCheck
{
    /// <summary>One line that says what differs, and what is stored; null when all agrees.</summary>
    public static string? FindDifference(FoundingRecord stored, ClusterOptions configured)
    {
        var members = configured.OrderedMembers;
        if (stored.HashVersion != FoundingRecord.CurrentHashVersion)
        {
            return $"The cluster places keys by hash version {stored.HashVersion}; "
                + $"this program knows only version {FoundingRecord.CurrentHashVersion}.";
        }

        if (members.Count != stored.Members.Count || !members.All(member => stored.Find(member.Key)?.Name == member.Value))
        {
            return $"Cluster:Members names {members.Count} nodes ({Names(members.Select(member => member.Value))}), "
                + $"but the cluster was founded with {stored.Members.Count} ({Names(stored.Members.Select(member => member.Name))}): "
                + "start it with these.";
        }

        if (configured.ReplicationFactor != stored.ReplicationFactor)
        {
            return $"Cluster:ReplicationFactor is {configured.ReplicationFactor}, "
                + $"but the cluster was founded with {stored.ReplicationFactor}: start it with that.";
        }

        if (configured.Partitions != stored.PartitionCount)
        {
            return $"Cluster:Partitions is {configured.Partitions}, "
                + $"but the cluster was founded with {stored.PartitionCount}: start it with that.";
        }

        return null;
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names);
}
