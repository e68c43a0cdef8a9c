using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Messages;

/// <summary>What a coordinator asks of a replica. Written into messages: append only.</summary>
public enum PeerRequestKind : byte
{
    /// <summary>Obey no lower ballot than this from now on.</summary>
    Prepare = 1,

    /// <summary>Say what you hold for the key.</summary>
    Read = 2,

    /// <summary>Hold this entry for the key, unless you hold a newer one.</summary>
    Accept = 3,

    /// <summary>Say that you still obey my ballot.</summary>
    Confirm = 4,

    /// <summary>Drop the tombstone with exactly this stamp.</summary>
    Purge = 5,

    /// <summary>I no longer hold the ballot; expects no answer.</summary>
    Resigned = 6,

    /// <summary>Forget what you hold of the partition: you are being rebuilt under this ballot. For the learner of this incarnation only.</summary>
    Rebuild = 7,

    /// <summary>Say which keys you hold an entry of, tombstones too.</summary>
    List = 8,

    /// <summary>You hold everything that was committed: be a voter again. For the learner of this incarnation only.</summary>
    Rebuilt = 9,

    /// <summary>I lost my memory: whoever coordinates the partition, rebuild me. Expects no answer.</summary>
    Learning = 10,
}

/// <summary>
/// Names one round of one coordinator. <paramref name="Process"/> is random for each start of a process, so that an answer to a former life is never
/// counted.
/// </summary>
public readonly record struct RequestId(ulong Process, long Number);

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

    /// <summary>For Rebuild and Rebuilt: the incarnation that they are meant for. For Learning: that of the sender.</summary>
    public ulong Incarnation { get; init; }
}

/// <summary>What a replica answers. Written into messages: append only.</summary>
public enum PeerResponseKind : byte
{
    /// <summary>To Prepare.</summary>
    Promised = 1,

    /// <summary>To Read: <see cref="PeerResponse.Entry"/>, or none.</summary>
    ReadResult = 2,

    /// <summary>To Accept: I now hold, for this key, a stamp at least as high.</summary>
    Accepted = 3,

    /// <summary>
    /// To Accept: not stored, since a purged tombstone was newer; no acknowledgement. To Rebuild and Rebuilt: I am not that learner, or not being rebuilt
    /// under this ballot.
    /// </summary>
    Refused = 4,

    /// <summary>To Accept: the disk is full or failing; no acknowledgement.</summary>
    Unavailable = 5,

    /// <summary>To Confirm.</summary>
    Confirmed = 6,

    /// <summary>To Purge.</summary>
    Purged = 7,

    /// <summary>I promised <see cref="PeerResponse.Promised"/>, which is higher (or, for Prepare, equal).</summary>
    BallotRejected = 8,

    /// <summary>I know another epoch: <see cref="PeerResponse.Config"/>, newer than yours; or none, and mine is older: send yours along.</summary>
    EpochRejected = 9,

    /// <summary>To Rebuild.</summary>
    RebuildBegun = 10,

    /// <summary>To List: <see cref="PeerResponse.Page"/>.</summary>
    KeysListed = 11,

    /// <summary>To Rebuilt: I am a voter.</summary>
    Rebuilt = 12,
}

/// <summary>Some keys of a partition, in order.</summary>
/// <param name="Keys">The next keys, in order.</param>
/// <param name="IsLast">False when there may be more after the last of <paramref name="Keys"/>.</param>
public sealed record KeyPage(IReadOnlyList<StoreKey> Keys, bool IsLast);

/// <summary>A replica's answer to a <see cref="PeerRequest"/>.</summary>
public sealed record PeerResponse
{
    public required PeerResponseKind Kind { get; init; }

    public required int Partition { get; init; }

    /// <summary>The id of the request, repeated.</summary>
    public required RequestId Id { get; init; }

    /// <summary>The ballot of the request, repeated.</summary>
    public required Ballot Ballot { get; init; }

    /// <summary>The highest epoch that the replica knows.</summary>
    public required long Epoch { get; init; }

    /// <summary>The replica lost its memory: this answer counts in no quorum.</summary>
    public bool IsLearner { get; init; }

    /// <summary>For a learner: its incarnation; otherwise 0.</summary>
    public ulong Incarnation { get; init; }

    /// <summary>For BallotRejected: the ballot that the replica promised.</summary>
    public Ballot Promised { get; init; }

    /// <summary>For EpochRejected: the replica's config, when it is newer.</summary>
    public PartitionConfig? Config { get; init; }

    /// <summary>For ReadResult.</summary>
    public Entry? Entry { get; init; }

    /// <summary>For KeysListed.</summary>
    public KeyPage? Page { get; init; }
}
