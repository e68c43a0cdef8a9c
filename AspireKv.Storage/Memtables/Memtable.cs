using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;

namespace AspireKv.Storage.Memtables;

/// <summary>
/// The changes of one partition since the last checkpoint. Guarded by the lock of its <see cref="PartitionTable"/> until it is frozen.
/// </summary>
internal sealed class Memtable
{
    /// <summary>
    /// What a slot costs besides key and value; measured roughly, so that bounds in bytes mean something for small values.
    /// </summary>
    private const int SlotOverheadBytes = 240;

    public Dictionary<StoreKey, MemtableSlot> Slots { get; } = [];

    /// <summary>True when nothing below this memtable counts: the partition was emptied before the slots were set.</summary>
    public bool IsEmptied { get; private set; }

    /// <summary>The snapshot after the changes, or null when none of them changed it.</summary>
    public ReplicaSnapshot? Snapshot { get; set; }

    public long Bytes { get; private set; }

    public bool IsEmpty => Slots.Count == 0 && !IsEmptied && Snapshot is null;

    /// <summary>The slots of the keys of these buckets after this one, in no order.</summary>
    public IEnumerable<KeyValuePair<StoreKey, MemtableSlot>> SlotsOf(StoreKey after, BucketSet buckets) =>
        Slots.Where(slot => buckets.Contains(slot.Key) && slot.Key > after);

    public void Set(StoreKey key, MemtableSlot slot)
    {
        if (Slots.TryGetValue(key, out var before))
        {
            Bytes -= before.Entry?.Value.Length ?? 0;
        }
        else
        {
            Bytes += SlotOverheadBytes + key.Length;
        }

        Bytes += slot.Entry?.Value.Length ?? 0;
        Slots[key] = slot;
    }

    public void Empty()
    {
        Slots.Clear();
        IsEmptied = true;
        Bytes = 0;
    }
}
