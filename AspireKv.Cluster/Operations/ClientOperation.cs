using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Operations;

/// <summary>What a client can ask of one key. Written into messages: append only.</summary>
public enum OperationKind : byte
{
    Get = 1,
    Put = 2,
    Delete = 3,
}

/// <summary>What must hold for an operation to be carried out (RFC 9110, 13.1). Written into messages: append only.</summary>
public enum ConditionKind : byte
{
    /// <summary>Nothing: the operation is carried out whatever is there.</summary>
    None = 0,

    /// <summary>The present revision is one of <see cref="ClientOperation.Revisions"/>.</summary>
    RevisionIsOneOf = 1,

    /// <summary>The present revision is none of <see cref="ClientOperation.Revisions"/>; true when there is no value.</summary>
    RevisionIsNoneOf = 2,

    /// <summary>There is a value, whichever (<c>If-Match: *</c>).</summary>
    Exists = 3,

    /// <summary>There is no value (<c>If-None-Match: *</c>).</summary>
    DoesNotExist = 4,
}

/// <summary>One operation of a client on one key. Immutable; where and how far it got is the coordinator's to know.</summary>
public sealed record ClientOperation
{
    public required OperationKind Kind { get; init; }

    public required StoreKey Key { get; init; }

    /// <summary>The value to write; empty unless <see cref="Kind"/> is Put.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The media type to keep with the value, or null.</summary>
    public string? ContentType { get; init; }

    /// <summary>When the value written ceases to exist, in milliseconds since 1970-01-01 UTC, or null for never.</summary>
    public long? ExpiresAtUnixMilliseconds { get; init; }

    /// <summary>What must hold for a Put or a Delete to be carried out; a Get has no condition.</summary>
    public ConditionKind Condition { get; init; }

    /// <summary>The revisions that <see cref="Condition"/> speaks of; at most 16.</summary>
    public IReadOnlyList<Stamp> Revisions { get; init; } = [];
}
