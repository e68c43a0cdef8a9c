using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Messages;

/// <summary>A message from a coordinator to a replica of one partition.</summary>
public sealed record PeerRequest
{
    public required PeerRequestKind Kind { get; init; }

    public required int Partition { get; init; }

    /// <summary>The epoch of the config that the sender acts under.</summary>
    public required long Epoch { get; init; }

    public required Ballot Ballot { get; init; }

    public required RequestId Id { get; init; }

    /// <summary>The config of <see cref="Epoch"/>, sent along while the receiver is not known to have it.</summary>
    public PartitionConfig? Config { get; init; }

    /// <summary>For Read, Accept and Purge; for List the key after which to begin, or the default to begin with the first.</summary>
    public StoreKey Key { get; init; }

    /// <summary>For Accept.</summary>
    public Entry? Entry { get; init; }

    /// <summary>For Purge: the stamp that the tombstone must have. For Rebuild: the last one that the coordinator gave.</summary>
    public Stamp PurgeStamp { get; init; }

    /// <summary>For List: only keys of these buckets.</summary>
    public BucketSet Buckets { get; init; }

    /// <summary>For Resigned: the node that is to take the next ballot, or none.</summary>
    public NodeId Successor { get; init; }

    /// <summary>For Rebuild and Rebuilt: the incarnation that the message is meant for. For Learning: the sender's.</summary>
    public ulong Incarnation { get; init; }
}
