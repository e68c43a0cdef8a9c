using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage.Memtables;

/// <summary>
/// Entries that SQLite holds too, so that keys in use are not read from it each time. Two generations: what is used moves to the young one;
/// when that is full it becomes the old one, and what the old one still held was not used for a generation and goes. Guarded by the lock of
/// its <see cref="PartitionTable"/>.
/// </summary>
/// <remarks>That a key has no entry is remembered too, as null.</remarks>
internal sealed class EntryCache
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

        if (!_old.Remove(key, out entry))
        {
            return false;
        }

        Set(key, entry, maxBytes);
        return true;
    }

    public void Set(StoreKey key, Entry? entry, long maxBytes)
    {
        Remove(key);
        var bytes = BytesOf(key, entry);
        if (bytes > maxBytes / 2)
        {
            // It would push everything else out.
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
    }

    public void Clear()
    {
        _young.Clear();
        _old.Clear();
        _youngBytes = 0;
    }

    private static long BytesOf(StoreKey key, Entry? entry) => SlotOverheadBytes + key.Length + (entry?.Value.Length ?? 0);
}
