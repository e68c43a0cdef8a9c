using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage.Memtables;

/// <summary>
/// What the memtables of a partition held of some keys at one moment, the one over the other, and what that says of the rows in SQLite.
/// </summary>
internal sealed class MemtableView
{
    private readonly Dictionary<StoreKey, MemtableSlot> _slots;

    /// <param name="active">The slots of the memtable that took changes.</param>
    /// <param name="below">Those of the frozen one, where they count.</param>
    public MemtableView(
        IReadOnlyCollection<KeyValuePair<StoreKey, MemtableSlot>> active, IEnumerable<KeyValuePair<StoreKey, MemtableSlot>> below)
    {
        _slots = new(active);
        foreach (var (key, slot) in below)
        {
            _slots[key] = _slots.TryGetValue(key, out var above) ? above.Over(slot) : slot;
        }
    }

    /// <summary>True when nothing in SQLite counts.</summary>
    public required bool HidesSqlite { get; init; }

    /// <summary>The memtable that a checkpoint was moving, or null.</summary>
    public required Memtable? Frozen { get; init; }

    /// <summary>What <see cref="PartitionTable"/> counted when the view was taken.</summary>
    public required long Version { get; init; }

    /// <summary>The keys of which memory holds anything, a condition included; in no order.</summary>
    public IEnumerable<StoreKey> Keys => _slots.Keys;

    /// <summary>The entries that memory holds, in no order.</summary>
    public IEnumerable<(StoreKey Key, Entry Entry)> Entries =>
        _slots.Where(static slot => slot.Value.Entry is not null).Select(static slot => (slot.Key, slot.Value.Entry!));

    /// <summary>True when the row of the key, which has this stamp, counts no more.</summary>
    public bool Hides(StoreKey key, Stamp stamp) =>
        HidesSqlite || (_slots.TryGetValue(key, out var slot) && (slot.Drops is null || slot.Drop(stamp)));
}
