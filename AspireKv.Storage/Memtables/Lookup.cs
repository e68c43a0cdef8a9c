using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage.Memtables;

/// <summary>What memory knows of a key.</summary>
/// <param name="IsKnown">True when <paramref name="Entry"/> is the answer; otherwise SQLite must be asked.</param>
/// <param name="Entry">The entry, or null when there is none.</param>
/// <param name="Version">The changes of the partition when it was looked up.</param>
/// <param name="ActiveDrops">Stamps that void what SQLite holds.</param>
/// <param name="FrozenDrops">Likewise.</param>
internal readonly record struct Lookup(bool IsKnown, Entry? Entry, long Version, MemtableSlot ActiveDrops, MemtableSlot FrozenDrops)
{
    public Entry? Resolve(Entry? below) =>
        below is not null && (ActiveDrops.Drop(below.Stamp) || FrozenDrops.Drop(below.Stamp)) ? null : below;
}
