namespace AspireKv.Encoding.Values;

/// <summary>
/// What an entry has. Each flag but the first stands for a field; the fields follow in the order of their flags. Written to disk and into
/// messages: append only, never renumber.
/// </summary>
[Flags]
internal enum EntryFlags
{
    None = 0,

    /// <summary>The key was deleted; such an entry has no value, content type or expiry.</summary>
    Tombstone = 1,

    /// <summary>The revision is not the stamp.</summary>
    Revision = 2,

    ContentType = 4,
    Expiry = 8,

    /// <summary>What this version writes, and reads.</summary>
    Known = Tombstone | Revision | ContentType | Expiry,

    // The numbers below are kept for fields that this version does not know, and refuses by these names.

    /// <summary>Kept for when the entry joined the order of changes, where that is not its revision: a stamp.</summary>
    Position = 16,

    /// <summary>Kept for how often the key was written: a number.</summary>
    Version = 32,

    /// <summary>Kept for the period by which a read renews the expiry: a number.</summary>
    SlidingExpiry = 64,

    /// <summary>Kept for the coordinator's clock at the write: signed.</summary>
    WrittenAt = 128,

    /// <summary>Kept for the version vector of an entry without a coordinator: a count, and so many pairs of actor and number.</summary>
    VersionVector = 256,

    /// <summary>Kept for the idempotency key of the write: a block.</summary>
    IdempotencyKey = 512,
}
