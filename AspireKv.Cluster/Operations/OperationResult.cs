using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Operations;

/// <summary>How an operation ended. Written into messages: append only.</summary>
public enum OperationOutcome : byte
{
    /// <summary>A Get that found a value: <see cref="OperationResult.Entry"/>.</summary>
    Found = 1,

    /// <summary>A Get of a key that has no value.</summary>
    NotFound = 2,

    /// <summary>A Put or Delete that a quorum holds on stable storage; <see cref="OperationResult.Revision"/> is the new one.</summary>
    Applied = 3,

    /// <summary>The condition did not hold, confirmed by a quorum; nothing was changed.</summary>
    ConditionFailed = 4,

    /// <summary>Nothing was changed and nothing will be: <see cref="OperationResult.Reason"/> says why.</summary>
    NotApplied = 5,

    /// <summary>No quorum answered in time: the write may have been, or may yet be, applied.</summary>
    Unknown = 6,
}

/// <summary>Why an operation was not applied. Written into messages: append only.</summary>
public enum NotAppliedReason : byte
{
    None = 0,

    /// <summary>No majority of the key's replicas can be reached.</summary>
    NoQuorum = 1,

    /// <summary>Too much waits already; try again later.</summary>
    Overloaded = 2,

    /// <summary>The access token was refused.</summary>
    Unauthorized = 3,

    /// <summary>The request is malformed or over a limit; the same request will fail again.</summary>
    Invalid = 4,

    /// <summary>A replica's disk is failing or does not keep up.</summary>
    StorageUnavailable = 5,

    /// <summary>The operation was handed on too many times.</summary>
    TooManyHops = 6,

    /// <summary>The node is not part of a founded cluster yet, or has been asked to stop.</summary>
    NotReady = 7,

    /// <summary>The coordinator's disk is full; deletes may still be applied.</summary>
    StorageFull = 8,

    /// <summary>The value is longer than the node takes; the same request will fail again.</summary>
    ValueTooLarge = 9,

    /// <summary>The node does not reach the one to which it was to hand the operation on. Between nodes alone.</summary>
    NotReached = 10,
}

/// <summary>The answer to a <see cref="ClientOperation"/>.</summary>
public sealed record OperationResult
{
    public required OperationOutcome Outcome { get; init; }

    /// <summary>What was found, for <see cref="OperationOutcome.Found"/>.</summary>
    public Entry? Entry { get; init; }

    /// <summary>The revision that was written, for an applied Put.</summary>
    public Stamp Revision { get; init; }

    public NotAppliedReason Reason { get; init; }

    /// <summary>
    /// The node that coordinates the key's partition as far as the answering node knows, to be asked first next time; or none.
    /// </summary>
    public NodeId Holder { get; init; }

    public static OperationResult NotApplied(NotAppliedReason reason) => new() { Outcome = OperationOutcome.NotApplied, Reason = reason };

    public static OperationResult Unknown { get; } = new() { Outcome = OperationOutcome.Unknown };
}
