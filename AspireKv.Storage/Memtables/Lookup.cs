using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage.Memtables;

/// <summary>What memory knows of a key.</summary>
/// <param name="IsKnown">True when <paramref name="Entry"/> is the answer; otherwise SQLite must be asked.</param>
/// <param name="Entry">The entry, or null when there is none.</param>
/// <param name="Version">What makes an older read of SQLite void, as counted when the key was looked up.</param>
/// <param name="ActiveDrops">Stamps that void what SQLite holds.</param>
/// <param name="FrozenDrops">Likewise.</param>
internal readonly record struct Lookup(bool IsKnown, Entry? Entry, long Version, MemtableSlot ActiveDrops, MemtableSlot FrozenDrops)
{
    /// <summary>The answer where this entry, or none, lies below what memory knows.</summary>
    public Lookup Over(Entry? below) => this with
    {
        IsKnown = true,
        Entry = below is not null && (ActiveDrops.Drop(below.Stamp) || FrozenDrops.Drop(below.Stamp)) ? null : below,
    };
}
