namespace AspireKv.Storage.Codec;

/// <summary>What an encoded entry has. Written to disk: append only, never renumber.</summary>
[Flags]
internal enum EntryFlags : byte
{
    None = 0,
    Tombstone = 1,
    ContentType = 2,
    Expiry = 4,

    /// <summary>The revision is the stamp and does not follow.</summary>
    RevisionIsStamp = 8,

    All = Tombstone | ContentType | Expiry | RevisionIsStamp,
}
