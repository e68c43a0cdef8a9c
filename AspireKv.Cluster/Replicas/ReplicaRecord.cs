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

/// <summary>The replica obeys no older config any more.</summary>
public sealed record ConfigAdopted(int Partition, PartitionConfig Config) : ReplicaRecord(Partition);

/// <summary>
/// The tombstone of this key with exactly this stamp is gone, and nothing at or below the stamp is stored for a key that has no entry. One
/// record,
/// since the fence without the drop, or the drop without the fence, would bring deleted keys back.
/// </summary>
public sealed record TombstonePurged(int Partition, StoreKey Key, Stamp Stamp) : ReplicaRecord(Partition);

/// <summary>All entries of the partition are gone: the node joined it (again) at this epoch.</summary>
public sealed record PartitionEmptied(int Partition, long Since) : ReplicaRecord(Partition);

/// <summary>
/// All entries of the partition are gone: the learner is being rebuilt under the ballot of this stamp, and nothing at or below the stamp is
/// stored for a key
/// that has no entry. One record, as for a purge: a late, older Accept would bring back what was deleted and purged before the rebuild
/// listed its keys.
/// </summary>
public sealed record RebuildBegun(int Partition, Stamp Fence) : ReplicaRecord(Partition);

/// <summary>The replica became, or ceased to be, a learner, whose answers count in no quorum.</summary>
public sealed record LearnerMarked(int Partition, bool IsLearner) : ReplicaRecord(Partition);
