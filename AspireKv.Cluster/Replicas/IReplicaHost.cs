using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Replicas;

/// <summary>The world as the replica of one partition sees it: its disk, and the way back to the node that asked.</summary>
public interface IReplicaHost
{
    /// <summary>
    /// Why this entry should not be placed now, or <see cref="NotAppliedReason.None"/>. A full disk may still take tombstones and entries
    /// that are only stamped anew.
    /// </summary>
    NotAppliedReason CheckRoom(Entry entry);

    /// <summary>
    /// Gives the record its place in the write-ahead log and makes it visible to <see cref="TryFind"/>. Returns the place; places grow. The
    /// record is not durable yet.
    /// </summary>
    long Place(ReplicaRecord record);

    /// <summary>
    /// The entry of the key, records placed so far included; null when there is none. False when memory does not know: the disk must be
    /// read, which no step of a partition waits for.
    /// </summary>
    bool TryFind(StoreKey key, out Entry? entry);

    /// <summary>
    /// The first keys of these buckets after <paramref name="after"/> that have an entry, with its stamp, tombstones and records placed so
    /// far included; in order, each once. A key that has none any more, or a later one, may be among them. False when the disk must be read
    /// first.
    /// </summary>
    bool TryListKeys(StoreKey after, BucketSet buckets, int max, out KeyPage? page);

    /// <summary>
    /// The sums of all buckets, as of a moment after the request came: what was placed before is in them. False when the disk must be read
    /// first.
    /// </summary>
    bool TrySumBuckets(out BucketSums? sums);

    /// <summary>
    /// Reads what <see cref="TryFind"/>, <see cref="TryListKeys"/> or <see cref="TrySumBuckets"/> lacked for this request, and gives the
    /// request back through <see cref="Partitions.PartitionState.OnDeferred"/>, at most once: to the replica, a message that came later.
    /// Where that comes to nothing the node that asked is told that the request is left unanswered.
    /// </summary>
    void Defer(NodeId from, PeerRequest request);

    /// <summary>
    /// True once so many of these voters durably took note of this start of the node that it may vote among them; from then on for ever.
    /// </summary>
    bool MayVote(Quorum voters);

    /// <summary>
    /// True once so many of these voters, this node not counted, durably know of its incarnation that no quorum forms without one of them.
    /// </summary>
    bool IsKnown(Quorum voters);

    /// <summary>
    /// True once this node durably knows the topology of this version, or a later one. Who adopts a config knows by it every life that was
    /// registered before the config was made.
    /// </summary>
    bool KnowsTopology(long version);

    /// <summary>
    /// Sends an answer once everything up to <paramref name="afterPosition"/> is durable. An answer to this node itself goes to its own
    /// coordinator.
    /// </summary>
    void Answer(NodeId to, PeerResponse response, long afterPosition);
}
