using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Replicas;

/// <summary>A change of a replica's durable state, to be written to the write-ahead log as one record.</summary>
public abstract record ReplicaRecord(int Partition);

/// <summary>The replica now holds this entry for the key.</summary>
public sealed record EntryAccepted(int Partition, StoreKey Key, Entry Entry) : ReplicaRecord(Partition);

/// <summary>The replica obeys no lower ballot any more.</summary>
public sealed record BallotPromised(int Partition, Ballot Ballot) : ReplicaRecord(Partition);

/// <summary>
/// The replica obeys no older config any more. One record of all that this changes: were it two, a crash in between could keep entries of
/// an earlier membership, or a vote without a memory.
/// </summary>
/// <param name="Partition">The partition, from 0.</param>
/// <param name="Config">The config.</param>
/// <param name="Since">The grant that the entries belong to from now on; 0 for none.</param>
/// <param name="IsEmptied">All entries of the partition are gone: they were of another membership.</param>
/// <param name="IsLearner">The replica has no memory of the membership that it was given; its answers count in no quorum.</param>
public sealed record ConfigTaken(int Partition, PartitionConfig Config, long Since, bool IsEmptied, bool IsLearner)
    : ReplicaRecord(Partition);

/// <summary>
/// The tombstone of this key with exactly this stamp is gone, and nothing at or below the stamp is stored for a key that has no entry. One
/// record, since the fence without the drop, or the drop without the fence, would bring deleted keys back.
/// </summary>
public sealed record TombstonePurged(int Partition, StoreKey Key, Stamp Stamp) : ReplicaRecord(Partition);

/// <summary>
/// All entries of the partition are gone: the learner is being rebuilt under the ballot of this stamp, and nothing at or below the stamp is
/// stored for a key that has no entry. One record, as for a purge: a late, older Accept would bring back what was deleted and purged before
/// the rebuild listed its keys.
/// </summary>
public sealed record RebuildBegun(int Partition, Stamp Fence) : ReplicaRecord(Partition);

/// <summary>The replica became, or ceased to be, a learner, whose answers count in no quorum.</summary>
public sealed record LearnerMarked(int Partition, bool IsLearner) : ReplicaRecord(Partition);
