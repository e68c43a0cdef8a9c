namespace AspireKv.Auth.Accounts;

/// <summary>
/// How many failures each key has that are not forgiven yet: one is forgiven every so often. The table remembers a bounded number of keys,
/// and the key whose last failure is oldest is forgotten first; each failure costs a guesser a hash, so making the table forget is slower
/// than being forgiven. Thread-safe.
/// </summary>
internal sealed class FailureTable<TKey>(TimeSpan forgiveEvery, int maxKeys, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _gate = new();

    /// <summary>Guarded by <see cref="_gate"/>.</summary>
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];

    /// <summary>The same entries by the time of their last failure, the oldest first. Guarded by <see cref="_gate"/>.</summary>
    private readonly LinkedList<Entry> _byAge = new();

    /// <summary>The failures of a key that are not forgiven, with a fraction of the next one, and how long ago the last one was.</summary>
    public (double Failures, TimeSpan SinceLast) Find(TKey key)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(key, out var node)
                ? (UnforgivenOf(node.Value), time.GetElapsedTime(node.Value.LastAt))
                : (0, TimeSpan.MaxValue);
        }
    }

    public void Add(TKey key)
    {
        lock (_gate)
        {
            var unforgiven = 0.0;
            if (_entries.Remove(key, out var known))
            {
                _byAge.Remove(known);
                unforgiven = UnforgivenOf(known.Value);
            }
            else if (_entries.Count >= maxKeys)
            {
                _entries.Remove(_byAge.First!.Value.Key);
                _byAge.RemoveFirst();
            }

            _entries.Add(key, _byAge.AddLast(new Entry(key, unforgiven + 1, time.GetTimestamp())));
        }
    }

    public void Forget(TKey key)
    {
        lock (_gate)
        {
            if (_entries.Remove(key, out var known))
            {
                _byAge.Remove(known);
            }
        }
    }

    private double UnforgivenOf(Entry entry) =>
        Math.Max(0, entry.Unforgiven - (time.GetElapsedTime(entry.LastAt) / forgiveEvery));

    /// <param name="Key">Whose failures these are.</param>
    /// <param name="Unforgiven">How many there were at the last one, itself included.</param>
    /// <param name="LastAt">The timestamp of the last one.</param>
    private sealed record Entry(TKey Key, double Unforgiven, long LastAt);
}
