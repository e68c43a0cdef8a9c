using System.Runtime.InteropServices;
using AspireKv.Cluster.Keys;

namespace AspireKv.Cluster.Coordination;

/// <summary>
/// Whose turn it is on each key, and which tasks wait, first come first served. Tasks on one key run one at a time; different keys never
/// wait for each other.
/// </summary>
internal sealed class KeyTurns(int maxWaiting)
{
    /// <summary>A key without an entry is free.</summary>
    private readonly Dictionary<StoreKey, Queue> _queues = [];

    /// <summary>All tasks that have or await a turn, key by key.</summary>
    public IEnumerable<Turn> All => _queues.Values.SelectMany(static queue => queue.All);

    /// <summary>
    /// Takes the turn where the key is free, and waits for it elsewhere. Returns the task that has the turn now, or null when too many wait
    /// already.
    /// </summary>
    public Turn? Enter(Turn turn)
    {
        ref var queue = ref CollectionsMarshal.GetValueRefOrAddDefault(_queues, turn.Key, out var isTaken);
        if (!isTaken)
        {
            queue = new Queue(turn);
            return turn;
        }

        return queue!.TryWait(turn, maxWaiting) ? queue.Current : null;
    }

    /// <summary>Waits no longer.</summary>
    public void Remove(Turn turn) => _queues[turn.Key].Remove(turn);

    /// <summary>Passes the turn on the key to the task that waits longest; null when none does, and the key is free.</summary>
    public Turn? Pass(StoreKey key)
    {
        if (_queues[key].TakeNext() is { } next)
        {
            return next;
        }

        _queues.Remove(key);
        return null;
    }

    private sealed class Queue(Turn current)
    {
        /// <summary>Null until a task waits: on most keys none ever does.</summary>
        private LinkedList<Turn>? _waiting;

        public Turn Current { get; private set; } = current;

        public IEnumerable<Turn> All => _waiting is null ? [Current] : _waiting.Prepend(Current);

        public bool TryWait(Turn turn, int max)
        {
            if ((_waiting?.Count ?? 0) >= max)
            {
                return false;
            }

            (_waiting ??= []).AddLast(turn);
            return true;
        }

        public void Remove(Turn turn) => _waiting?.Remove(turn);

        public Turn? TakeNext()
        {
            if (_waiting?.First is not { Value: var next })
            {
                return null;
            }

            _waiting.RemoveFirst();
            return Current = next;
        }
    }
}
