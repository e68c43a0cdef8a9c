using System.Buffers.Binary;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>
/// What the cluster agreed on when it was made: written once by the founder, held by every member, never changed. After founding it wins
/// over configuration, and it is epoch 1 of the topology.
/// </summary>
public sealed record FoundingRecord
{
    /// <summary>The version of the placement hash that this code computes.</summary>
    public const int CurrentHashVersion = 1;

    /// <summary>Random; messages and files of another cluster are refused by it.</summary>
    public required Guid ClusterId { get; init; }

    /// <summary>Into how many equal ranges the hashed key space is cut; a power of two.</summary>
    public required int PartitionCount { get; init; }

    /// <summary>On how many nodes each partition lives.</summary>
    public required int ReplicationFactor { get; init; }

    /// <summary>How many tokens each node has on the ring.</summary>
    public required int VirtualNodes { get; init; }

    /// <summary>Which hash places keys; see <see cref="CurrentHashVersion"/>.</summary>
    public required int HashVersion { get; init; }

    /// <summary>Bytes of the longest value that clients may write.</summary>
    public required int MaxValueBytes { get; init; }

    /// <summary>The founding members, ordered by id.</summary>
    public required IReadOnlyList<Member> Members { get; init; }

    /// <summary>For each partition its replicas, the preferred coordinator first.</summary>
    public required IReadOnlyList<IReadOnlyList<NodeId>> Placement { get; init; }

    /// <summary>
    /// Where the rounds of ballots begin: drawn from the random id, so that a cluster founded anew does not give the revisions of the last
    /// one to other values. Five bytes of a varint hold it.
    /// </summary>
    public long FirstRound => (long)(BinaryPrimitives.ReadUInt64BigEndian(ClusterId.ToByteArray()) >> (64 - 34));

    /// <summary>The first config of the partition.</summary>
    public PartitionConfig ConfigOf(int partition) => PartitionConfig.Founded(Placement[partition], node => Find(node)?.Incarnation ?? 0);

    public Member? Find(NodeId node) => Members.FirstOrDefault(member => member.Id == node);
}
