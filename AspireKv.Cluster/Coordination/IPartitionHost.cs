using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Partitions;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination;

/// <summary>
/// The world as one partition at one node sees it: its disk, its peers, its clock. The host calls <see cref="PartitionState"/> from one thread at a
/// time, and none of these methods calls back into it before the call that it serves has returned.
/// </summary>
public interface IPartitionHost
{
    /// <summary>Monotonic time since an arbitrary start; measures time-outs only.</summary>
    TimeSpan Now { get; }

    /// <summary>The wall clock, in milliseconds since 1970-01-01 UTC; decides expiry only.</summary>
    long UnixMilliseconds { get; }

    /// <summary>
    /// Why this entry should not be placed now, or <see cref="NotAppliedReason.None"/>. A full disk may still take tombstones and entries that are only
    /// stamped anew.
    /// </summary>
    NotAppliedReason CheckRoom(Entry entry);

    /// <summary>
    /// Gives the record its place in the write-ahead log and makes it visible to <see cref="Find"/>. Returns the place; places grow. The record is not
    /// durable yet.
    /// </summary>
    long Place(ReplicaRecord record);

    /// <summary>The entry of the key, records placed so far included; null when there is none.</summary>
    Entry? Find(StoreKey key);

    /// <summary>
    /// The first keys after <paramref name="after"/> that have an entry, tombstones and records placed so far included; in order, each once. A key that has
    /// none any more may be among them.
    /// </summary>
    KeyPage ListKeys(StoreKey after, int max);

    /// <summary>Sends to another node; the message may be lost.</summary>
    void Send(NodeId to, PeerRequest request);

    /// <summary>
    /// Sends an answer once everything up to <paramref name="afterPosition"/> is durable. An answer to this node itself goes to
    /// <see cref="PartitionState.OnResponse"/>.
    /// </summary>
    void Answer(NodeId to, PeerResponse response, long afterPosition);

    /// <summary>True when the node answered a request of this one lately.</summary>
    bool IsAlive(NodeId node);

    /// <summary>Ends an operation; called once for each that was not forwarded.</summary>
    void Complete(PendingOperation operation, OperationResult result);

    /// <summary>Hands the operation to another node: at most once, on one connection. It is that node's from then on.</summary>
    void Forward(PendingOperation operation, NodeId to);
}
