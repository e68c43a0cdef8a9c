namespace AspireKv.Auth.Accounts;

/// <summary>
/// Admits a number of tries per key in any window of time, for a bounded number of keys. When that many keys have tries within
/// the window, further keys are refused: forgetting one would hand a guesser with many names new tries.
/// </summary>
internal sealed class TryCounter<TKey>(int tries, TimeSpan window, int maxKeys, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _gate = new();

    /// <summary>When each key was admitted, oldest first, at most <c>tries</c> times. Guarded by <see cref="_gate"/>.</summary>
    private readonly Dictionary<TKey, Queue<long>> _admitted = [];

    /// <summary>
    /// Keys by the time of their first entry, for forgetting those whose window has passed. Guarded by <see cref="_gate"/>.
    /// </summary>
    private readonly Queue<TKey> _order = new();

    public bool TryCount(TKey key, out TimeSpan retryAfter)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            Forget(now);
            if (!_admitted.TryGetValue(key, out var times))
            {
                if (_admitted.Count >= maxKeys)
                {
                    retryAfter = window;
                    return false;
                }

                times = new Queue<long>(1);
                _admitted.Add(key, times);
                _order.Enqueue(key);
            }

            DropOld(times, now);
            if (times.Count >= tries)
            {
                retryAfter = window - time.GetElapsedTime(times.Peek(), now);
                return false;
            }

            times.Enqueue(now);
            retryAfter = TimeSpan.Zero;
            return true;
        }
    }

    /// <summary>Looks at two keys a try, so that keys are forgotten faster than they come and no try pays for many.</summary>
    private void Forget(long now)
    {
        for (var looked = 0; looked < 2 && _order.TryDequeue(out var key); looked++)
        {
            var times = _admitted[key];
            DropOld(times, now);
            if (times.Count == 0)
            {
                _admitted.Remove(key);
            }
            else
            {
                _order.Enqueue(key);
            }
        }
    }

    private void DropOld(Queue<long> times, long now)
    {
        while (times.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= window)
        {
            times.Dequeue();
        }
    }
}
