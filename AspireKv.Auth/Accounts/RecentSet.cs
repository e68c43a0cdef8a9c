namespace AspireKv.Auth.Accounts;

/// <summary>
/// Remembers a bounded number of things; the one that was put in, or put in again, longest ago is forgotten first. Thread-safe.
/// </summary>
internal sealed class RecentSet<T>(int max)
    where T : notnull
{
    private readonly Lock _gate = new();

    /// <summary>Guarded by <see cref="_gate"/>.</summary>
    private readonly Dictionary<T, LinkedListNode<T>> _nodes = [];

    /// <summary>The same things, the longest ago first. Guarded by <see cref="_gate"/>.</summary>
    private readonly LinkedList<T> _byAge = new();

    public bool Contains(T thing)
    {
        lock (_gate)
        {
            return _nodes.ContainsKey(thing);
        }
    }

    public void Add(T thing)
    {
        lock (_gate)
        {
            if (_nodes.Remove(thing, out var known))
            {
                _byAge.Remove(known);
            }
            else if (_nodes.Count >= max)
            {
                _nodes.Remove(_byAge.First!.Value);
                _byAge.RemoveFirst();
            }

            _nodes.Add(thing, _byAge.AddLast(thing));
        }
    }
}
