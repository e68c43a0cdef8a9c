namespace AspireKv.Cluster.Versioning;

/// <summary>
/// What a replica holds for one key: a value, or the tombstone of a deleted one. Immutable.
/// </summary>
/// <remarks>
/// <see cref="Stamp"/> changes whenever a coordinator accepts the entry again; <see cref="Revision"/> is the stamp that the write first got
/// and
/// never changes. The revision is what clients see as the ETag.
/// </remarks>
public sealed record Entry
{
    /// <summary>The stamp under which this copy was last accepted; the highest one wins.</summary>
    public required Stamp Stamp { get; init; }

    /// <summary>The stamp of the write that made this value.</summary>
    public required Stamp Revision { get; init; }

    /// <summary>True when the key was deleted; such an entry has no value, content type or expiry.</summary>
    public bool IsTombstone { get; init; }

    /// <summary>The bytes of the value; empty for a tombstone.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The media type the client gave with the value, or null.</summary>
    public string? ContentType { get; init; }

    /// <summary>When the value ceases to exist, in milliseconds since 1970-01-01 UTC, or null for never.</summary>
    public long? ExpiresAtUnixMilliseconds { get; init; }

    /// <summary>The mark of a deleted key.</summary>
    public static Entry Tombstone(Stamp stamp) => new() { Stamp = stamp, Revision = stamp, IsTombstone = true };

    public bool Equals(Entry? other) =>
        other is not null
        && Stamp == other.Stamp
        && Revision == other.Revision
        && IsTombstone == other.IsTombstone
        && ContentType == other.ContentType
        && ExpiresAtUnixMilliseconds == other.ExpiresAtUnixMilliseconds
        && Value.Span.SequenceEqual(other.Value.Span);

    public override int GetHashCode() => HashCode.Combine(Stamp, Revision);
}
