using AspireKv.Cluster.Keys;

namespace AspireKv.Cluster.Coordination;

/// <summary>
/// Whose turn it is on each key, and who waits, first come first served. Tasks on one key run one at a time; different keys never wait for
/// each other.
/// </summary>
internal sealed class KeyTurns(int maxWaiting)
{
    /// <summary>A key without an entry is free.</summary>
    private readonly Dictionary<StoreKey, Queue> _queues = [];

    /// <summary>All who have or await a turn, key by key.</summary>
    public IEnumerable<Turn> All => _queues.Values.SelectMany(queue => queue.Waiting.Prepend(queue.Current));

    /// <summary>Gives the turn at once where the key is free.</summary>
    public bool TryTake(Turn turn) => _queues.TryAdd(turn.Key, new Queue(turn));

    /// <summary>Who has the turn on the key now; somebody has.</summary>
    public Turn CurrentOf(StoreKey key) => _queues[key].Current;

    /// <summary>Waits for the turn; false when too many wait already.</summary>
    public bool TryEnqueue(Turn turn)
    {
        var waiting = _queues[turn.Key].Waiting;
        if (waiting.Count >= maxWaiting)
        {
            return false;
        }

        waiting.AddLast(turn);
        return true;
    }

    /// <summary>Waits no longer.</summary>
    public void Remove(Turn turn) => _queues[turn.Key].Waiting.Remove(turn);

    /// <summary>Passes the turn on the key to whoever waits longest; null when nobody does, and the key is free.</summary>
    public Turn? Pass(StoreKey key)
    {
        var queue = _queues[key];
        if (queue.Waiting.First is not { Value: var next })
        {
            _queues.Remove(key);
            return null;
        }

        queue.Waiting.RemoveFirst();
        queue.Current = next;
        return next;
    }

    private sealed class Queue(Turn current)
    {
        private LinkedList<Turn>? _waiting;

        public Turn Current { get; set; } = current;

        public LinkedList<Turn> Waiting => _waiting ??= [];
    }
}
