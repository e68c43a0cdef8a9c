using System.Collections.Concurrent;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage.Memtables;

/// <summary>
/// Entries too large for the cache of one partition, of all partitions together: the one used longest ago goes first. Thread-safe. What is
/// kept of a partition is set and removed under the lock of its <see cref="PartitionTable"/> only.
/// </summary>
/// <param name="maxBytes">The bound for all of them.</param>
internal sealed class LargeEntries(long maxBytes)
{
    /// <summary>Guards the order of use, and the bytes; also held while an entry is added or removed.</summary>
    private readonly Lock _gate = new();

    /// <summary>Read without the lock, so that the many keys that have no large entry do not meet there.</summary>
    private readonly ConcurrentDictionary<(EntryCache Owner, StoreKey Key), LinkedListNode<LargeEntry>> _entries = new();

    /// <summary>The one used last is the first.</summary>
    private readonly LinkedList<LargeEntry> _byUse = [];

    private long _bytes;

    public bool TryGet(EntryCache owner, StoreKey key, out Entry? entry)
    {
        entry = null;
        if (!_entries.TryGetValue((owner, key), out var node))
        {
            return false;
        }

        lock (_gate)
        {
            if (node.List is null)
            {
                // Another partition needed the room meanwhile.
                return false;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            entry = node.Value.Entry;
            return true;
        }
    }

    /// <summary>Keeps the entry, in the place of those used longest ago; one larger than all room is not kept.</summary>
    public void Set(EntryCache owner, StoreKey key, Entry entry, long bytes)
    {
        if (bytes > maxBytes)
        {
            return;
        }

        lock (_gate)
        {
            while (_bytes + bytes > maxBytes)
            {
                Remove(_byUse.Last!);
            }

            _entries[(owner, key)] = _byUse.AddFirst(new LargeEntry(owner, key, entry, bytes));
            _bytes += bytes;
        }
    }

    public void Remove(EntryCache owner, StoreKey key)
    {
        if (_entries.TryGetValue((owner, key), out var node))
        {
            lock (_gate)
            {
                Remove(node);
            }
        }
    }

    /// <summary>Removes all that is kept of one partition.</summary>
    public void Clear(EntryCache owner)
    {
        lock (_gate)
        {
            for (var node = _byUse.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Owner == owner)
                {
                    Remove(node);
                }

                node = next;
            }
        }
    }

    /// <summary>Called under <see cref="_gate"/>.</summary>
    private void Remove(LinkedListNode<LargeEntry> node)
    {
        if (node.List is not null)
        {
            _byUse.Remove(node);
            _entries.TryRemove((node.Value.Owner, node.Value.Key), out _);
            _bytes -= node.Value.Bytes;
        }
    }

    private sealed record LargeEntry(EntryCache Owner, StoreKey Key, Entry Entry, long Bytes);
}
