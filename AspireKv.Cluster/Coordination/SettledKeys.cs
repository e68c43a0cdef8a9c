using AspireKv.Cluster.Keys;

namespace AspireKv.Cluster.Coordination;

/// <summary>
/// The keys whose committed entry is the one in the coordinator's own store. Bounded: it keeps two generations and drops the older one when
/// the
/// younger is full, so keys in use stay. Forgetting a key is always safe.
/// </summary>
internal sealed class SettledKeys(int capacity)
{
    private readonly int _generationCapacity = Math.Max(1, capacity / 2);
    private HashSet<StoreKey> _young = [];
    private HashSet<StoreKey> _old = [];

    public bool Contains(StoreKey key)
    {
        if (_young.Contains(key))
        {
            return true;
        }

        if (!_old.Contains(key))
        {
            return false;
        }

        Add(key);
        return true;
    }

    public void Add(StoreKey key)
    {
        if (_young.Count >= _generationCapacity)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
        }

        _young.Add(key);
    }

    public void Remove(StoreKey key)
    {
        _young.Remove(key);
        _old.Remove(key);
    }
}
