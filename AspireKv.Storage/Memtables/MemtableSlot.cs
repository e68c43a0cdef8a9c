using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage.Memtables;

/// <summary>
/// What a memtable knows of one key: an entry, that there is none, or only that whatever lies below it is gone if it has one of some stamps
/// (a purge of a tombstone that was not in memory, which need not be read for it).
/// </summary>
internal readonly record struct MemtableSlot(Entry? Entry, Stamp[]? Drops)
{
    public static readonly MemtableSlot Absent = new(null, null);

    public bool IsAbsent => Entry is null && Drops is null;

    /// <summary>What both say together where the other slot lies right below.</summary>
    public MemtableSlot Over(MemtableSlot below) =>
        Drops is null ? this
        : below.Drops is { } others ? new MemtableSlot(null, [.. Drops, .. others])
        : below.Entry is { } entry && !Drop(entry.Stamp) ? below
        : Absent;

    public bool Drop(Stamp stamp) => Drops is not null && Array.IndexOf(Drops, stamp) >= 0;
}
