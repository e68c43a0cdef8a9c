using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage.Memtables;

/// <summary>The tombstones that the memtables of a partition hold, newest memtable first, and what they say of those below.</summary>
internal sealed class TombstonesInMemory
{
    /// <summary>Keys whose entry, or absence, is known: whatever lies below is void.</summary>
    private readonly HashSet<StoreKey> _shadowed = [];

    /// <summary>Purged tombstones that may lie below.</summary>
    private readonly HashSet<(StoreKey Key, Stamp Stamp)> _dropped = [];

    public List<(StoreKey Key, Stamp Stamp)> Tombstones { get; } = [];

    /// <summary>True when nothing in SQLite counts.</summary>
    public bool HidesSqlite { get; set; }

    /// <summary>How many tombstones below may be void.</summary>
    public int MaxHidden => _shadowed.Count + _dropped.Count;

    /// <summary>How many tombstones below were purged.</summary>
    public int Purged => _dropped.Count;

    /// <summary>True when the tombstone is not void, given that it lies below.</summary>
    public bool Shows((StoreKey Key, Stamp Stamp) tombstone) => !_shadowed.Contains(tombstone.Key) && !_dropped.Contains(tombstone);

    /// <summary>Adds a memtable that lies below those before; true when nothing below it counts.</summary>
    public bool Add(Memtable memtable)
    {
        foreach (var (key, slot) in memtable.Slots)
        {
            if (slot.Drops is { } stamps)
            {
                foreach (var stamp in stamps)
                {
                    _dropped.Add((key, stamp));
                }
            }
            else
            {
                if (slot.Entry is { IsTombstone: true } tombstone && Shows((key, tombstone.Stamp)))
                {
                    Tombstones.Add((key, tombstone.Stamp));
                }

                _shadowed.Add(key);
            }
        }

        return memtable.IsEmptied;
    }
}
