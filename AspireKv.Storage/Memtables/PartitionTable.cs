using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage.Memtables;

/// <summary>
/// What memory holds of one partition, newest first: the memtable that takes changes, the frozen one that a checkpoint is moving to SQLite,
/// and a cache of what SQLite holds. Shows every record from the moment it was placed.
/// </summary>
/// <param name="large">Keeps the large entries of all partitions.</param>
internal sealed class PartitionTable(LargeEntries large)
{
    private readonly EntryCache _cache = new(large);
    private Memtable _active = new();
    private Memtable? _frozen;

    /// <summary>
    /// Counts what makes an older read of SQLite void: a checkpoint that committed, and an emptying. Records of single entries do not:
    /// memory holds them above whatever SQLite says.
    /// </summary>
    private long _version;

    /// <summary>
    /// Guards everything here; also held while a record is given its position, so that the order of both is one. Never held over I/O.
    /// </summary>
    public Lock Gate { get; } = new();

    /// <summary>As placed. Guarded by <see cref="Gate"/>.</summary>
    public ReplicaSnapshot Snapshot { get; set; } = ReplicaSnapshot.Empty;

    /// <summary>False while SQLite holds no row of the partition, so that it need not be asked. Guarded by <see cref="Gate"/>.</summary>
    public bool HasRows { get; set; }

    /// <summary>
    /// Applies a record that was just placed; returns by how many bytes the memtable grew. The caller holds <see cref="Gate"/>.
    /// </summary>
    public long Apply(ReplicaRecord record)
    {
        var before = _active.Bytes;
        switch (record)
        {
            case EntryAccepted accepted:
                _active.Set(accepted.Key, new MemtableSlot(accepted.Entry, null));
                return _active.Bytes - before;
            case TombstonePurged purged:
                Purge(purged.Key, purged.Stamp);
                break;
            case ConfigTaken { IsEmptied: true } or RebuildBegun:
                _version++;
                _active.Empty();
                _cache.Clear();
                break;
        }

        Snapshot = Snapshot.With(record);
        _active.Snapshot = Snapshot;
        return _active.Bytes - before;
    }

    /// <summary>Looks the key up in memory; allocates nothing.</summary>
    public Lookup Find(StoreKey key, long cacheBytes)
    {
        lock (Gate)
        {
            var above = FindAbove(key);
            return above.IsKnown ? above
                : !HasRows ? above.Over(null)
                : _cache.TryGet(key, cacheBytes, out var cached) ? above.Over(cached)
                : above;
        }
    }

    /// <summary>
    /// Puts what memory holds now over what SQLite said, and keeps the latter. False when SQLite may say otherwise by now, so that it must
    /// be asked again: a checkpoint wrote to it since, or the partition was emptied.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="below">What SQLite said.</param>
    /// <param name="version">Of the lookup that came before SQLite was asked.</param>
    /// <param name="cacheBytes">The bound of the cache.</param>
    /// <param name="entry">The entry as of now, or null.</param>
    public bool TryResolve(StoreKey key, Entry? below, long version, long cacheBytes, out Entry? entry)
    {
        lock (Gate)
        {
            if (version != _version)
            {
                entry = null;
                return false;
            }

            _cache.Set(key, below, cacheBytes);
            var above = FindAbove(key);
            entry = above.IsKnown ? above.Entry : above.Over(below).Entry;
            return true;
        }
    }

    /// <summary>Sets the changes so far aside for a checkpoint; null when there are none.</summary>
    public Memtable? Freeze()
    {
        lock (Gate)
        {
            if (_active.IsEmpty)
            {
                return null;
            }

            (_frozen, _active) = (_active, new Memtable());
            return _frozen;
        }
    }

    /// <summary>SQLite holds the frozen changes now.</summary>
    public void Release(long cacheBytes)
    {
        lock (Gate)
        {
            // A read of SQLite from before the checkpoint committed found what the frozen changes hid.
            _version++;
            var frozen = _frozen!;
            _frozen = null;
            HasRows = true;
            foreach (var (key, slot) in frozen.Slots)
            {
                if (slot.Drops is not null || _active.IsEmptied)
                {
                    _cache.Remove(key);
                }
                else
                {
                    _cache.Set(key, slot.Entry, cacheBytes);
                }
            }
        }
    }

    /// <summary>What memory holds now of the keys of these buckets after this one.</summary>
    public MemtableView View(StoreKey after, BucketSet buckets)
    {
        List<KeyValuePair<StoreKey, MemtableSlot>> active;
        Memtable? frozen;
        bool isEmptied, hasRows;
        long version;
        lock (Gate)
        {
            active = [.. _active.SlotsOf(after, buckets)];
            (isEmptied, frozen, hasRows, version) = (_active.IsEmptied, _frozen, HasRows, _version);
        }

        // A frozen memtable changes no more, so it is read without the lock.
        return new MemtableView(active, isEmptied || frozen is null ? [] : frozen.SlotsOf(after, buckets))
        {
            HidesSqlite = isEmptied || frozen is { IsEmptied: true } || !hasRows,
            Frozen = frozen,
            Version = version,
        };
    }

    /// <summary>
    /// True when no memtable was frozen or released since the view was taken, nor the partition emptied: what a checkpoint changed in
    /// SQLite since then, if anything, was frozen already. So SQLite as of any moment in between, under the view, is the partition as of
    /// the view.
    /// </summary>
    public bool IsCurrent(MemtableView view)
    {
        lock (Gate)
        {
            return view.Frozen == _frozen && view.Version == _version;
        }
    }

    /// <summary>Says which tombstones are in memory, and which of those in SQLite count no more.</summary>
    public TombstonesInMemory FindTombstones()
    {
        var found = new TombstonesInMemory();
        lock (Gate)
        {
            found.HidesSqlite = found.Add(_active) || (_frozen is not null && found.Add(_frozen)) || !HasRows;
        }

        return found;
    }

    /// <summary>What the memtables know of the key; the caller holds <see cref="Gate"/>.</summary>
    private Lookup FindAbove(StoreKey key)
    {
        if (_active.Slots.TryGetValue(key, out var active) && (active.Entry is not null || active.IsAbsent))
        {
            return new Lookup(true, active.Entry, _version, default, default);
        }

        if (_active.IsEmptied)
        {
            return new Lookup(true, null, _version, default, default);
        }

        var frozen = default(MemtableSlot);
        if (_frozen is not null)
        {
            if (_frozen.Slots.TryGetValue(key, out frozen) && (frozen.Entry is not null || frozen.IsAbsent))
            {
                return new Lookup(false, null, _version, active, default).Over(frozen.Entry);
            }

            if (_frozen.IsEmptied)
            {
                return new Lookup(true, null, _version, default, default);
            }
        }

        return new Lookup(false, null, _version, active, frozen);
    }

    /// <summary>
    /// The entry goes only if it has exactly this stamp. When memory does not know the entry the condition is kept in its place, so that no
    /// purge waits for a read.
    /// </summary>
    private void Purge(StoreKey key, Stamp stamp)
    {
        if (_active.Slots.TryGetValue(key, out var slot))
        {
            if (slot.Entry?.Stamp == stamp)
            {
                _active.Set(key, MemtableSlot.Absent);
            }
            else if (slot.Drops is not null && !slot.Drop(stamp))
            {
                _active.Set(key, new MemtableSlot(null, [.. slot.Drops, stamp]));
            }
        }
        else if (!_active.IsEmptied)
        {
            _active.Set(key, new MemtableSlot(null, [stamp]));
        }
    }
}
