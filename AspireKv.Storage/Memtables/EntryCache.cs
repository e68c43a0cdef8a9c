using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage.Memtables;

/// <summary>
/// Entries that SQLite holds too, so that keys in use are not read from it each time. Two generations: what is used moves to the young one;
/// when that is full it becomes the old one, and what the old one still held was not used for a generation and goes. Guarded by the lock of
/// its <see cref="PartitionTable"/>.
/// </summary>
/// <remarks>
/// A key without an entry is remembered too, as null. An entry that would push everything else out is kept among those of all partitions.
/// </remarks>
/// <param name="large">The large entries of all partitions.</param>
internal sealed class EntryCache(LargeEntries large)
{
    private const int SlotOverheadBytes = 240;

    private Dictionary<StoreKey, Entry?> _young = [];
    private Dictionary<StoreKey, Entry?> _old = [];
    private long _youngBytes;

    public bool TryGet(StoreKey key, long maxBytes, out Entry? entry)
    {
        if (_young.TryGetValue(key, out entry))
        {
            return true;
        }

        if (_old.Remove(key, out entry))
        {
            Set(key, entry, maxBytes);
            return true;
        }

        return large.TryGet(this, key, out entry);
    }

    public void Set(StoreKey key, Entry? entry, long maxBytes)
    {
        Remove(key);
        var bytes = BytesOf(key, entry);
        if (bytes > maxBytes / 2)
        {
            if (entry is not null)
            {
                large.Set(this, key, entry, bytes);
            }

            return;
        }

        if (_youngBytes + bytes > maxBytes / 2)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
            _youngBytes = 0;
        }

        _young[key] = entry;
        _youngBytes += bytes;
    }

    public void Remove(StoreKey key)
    {
        if (_young.Remove(key, out var entry))
        {
            _youngBytes -= BytesOf(key, entry);
        }
        else
        {
            _old.Remove(key);
        }

        large.Remove(this, key);
    }

    public void Clear()
    {
        _young.Clear();
        _old.Clear();
        _youngBytes = 0;
        large.Clear(this);
    }

    private static long BytesOf(StoreKey key, Entry? entry) => SlotOverheadBytes + key.Length + (entry?.Value.Length ?? 0);
}
