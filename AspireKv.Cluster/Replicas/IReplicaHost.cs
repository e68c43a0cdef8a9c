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
    /// Gives the record its place in the write-ahead log and makes it visible to <see cref="Find"/>. Returns the place; places grow. The
    /// record is not durable yet.
    /// </summary>
    long Place(ReplicaRecord record);

    /// <summary>The entry of the key, records placed so far included; null when there is none.</summary>
    Entry? Find(StoreKey key);

    /// <summary>
    /// The first keys after <paramref name="after"/> that have an entry, tombstones and records placed so far included; in order, each
    /// once. A key that has none any more may be among them.
    /// </summary>
    KeyPage ListKeys(StoreKey after, int max);

    /// <summary>
    /// Sends an answer once everything up to <paramref name="afterPosition"/> is durable. An answer to this node itself goes to its own
    /// coordinator.
    /// </summary>
    void Answer(NodeId to, PeerResponse response, long afterPosition);
}
