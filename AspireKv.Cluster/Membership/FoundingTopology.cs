using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>
/// The first topology of a cluster. It follows from the founding record by computing alone, so that all nodes have the same one before the
/// first of them could be asked.
/// </summary>
public static class FoundingTopology
{
    /// <summary>The version of the first topology.</summary>
    public const int Version = 1;

    /// <summary>From so many active members on, the system partition lives on five nodes.</summary>
    private const int MembersForFive = 7;

    private const int UsualSystemReplicas = 3;

    public static ClusterTopology Of(FoundingRecord record)
    {
        Member[] members = [.. record.Members.OrderBy(member => member.Id)];
        var incarnations = members.ToDictionary(member => member.Id, member => member.Incarnation);
        var configs = Enumerable.Range(0, record.PartitionCount).Select(record.ConfigOf)
            .Append(PartitionConfig.Founded(
                [.. members.Take(SystemReplicas(members.Length)).Select(member => member.Id)], node => incarnations[node]));
        return new ClusterTopology
        {
            Version = Version,
            Generation = 0,
            ClusterId = record.ClusterId,
            ReplicationFactor = record.ReplicationFactor,
            Members = [.. members.Select(member => new TopologyMember(member, Registered: Version, MemberState.Active))],
            Partitions = [.. configs.Select(config => new PartitionAssignment(config, []))],
        };
    }

    /// <summary>On how many nodes the system partition lives where nobody decided otherwise.</summary>
    /// <param name="active">The number of members that may hold it.</param>
    internal static int SystemReplicas(int active) => active >= MembersForFive ? 5 : Math.Min(active, UsualSystemReplicas);
}
