namespace AspireKv.StorageNode.Partitions;

/// <summary>
/// Holds answers back until what they show is on stable storage. Answers leave off the thread that writes the write-ahead log, which must
/// get on with the next group commit. While the disk stands still, answers that nobody waits for any more are thrown away now and then, so
/// that what is held does not grow with the time that the disk takes.
/// </summary>
internal sealed class DurableAnswers(TimeProvider time, ILogger<DurableAnswers> logger)
{
    /// <summary>So many answers are held before it is asked whether anybody waits for them: far more than one sync lets go.</summary>
    public const int MinToPrune = 4096;

    private readonly Lock _gate = new();
    private List<HeldAnswer> _held = [];
    private long _durablePosition;

    /// <summary>
    /// At how many answers the next look is due: twice as many as were left by the last one; the highest number while one is under way.
    /// Guarded by <see cref="_gate"/>.
    /// </summary>
    private int _pruneAt = MinToPrune;

    /// <summary>How many answers are held.</summary>
    public int HeldCount
    {
        get
        {
            lock (_gate)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>True while it is found out which answers somebody still waits for.</summary>
    public bool IsPruning
    {
        get
        {
            lock (_gate)
            {
                return _pruneAt == int.MaxValue;
            }
        }
    }

    /// <summary>Delivers the answer once everything up to the position is durable; never before this call returned.</summary>
    public void Deliver(HeldAnswer answer)
    {
        lock (_gate)
        {
            if (answer.AfterPosition > _durablePosition)
            {
                _held.Add(answer);
                if (_held.Count >= _pruneAt)
                {
                    // Off this thread: the partition that answers is locked, and others are asked.
                    _pruneAt = int.MaxValue;
                    ThreadPool.UnsafeQueueUserWorkItem(static answers => answers.Prune(), this, preferLocal: false);
                }

                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(DeliverNow, answer, preferLocal: false);
    }

    /// <summary>True when nothing up to the position is still on its way to stable storage.</summary>
    public bool IsDurable(long position) => position <= Volatile.Read(ref _durablePosition);

    /// <summary>Delivers what waited for positions up to this one.</summary>
    public void Release(long durablePosition)
    {
        List<HeldAnswer> ready;
        lock (_gate)
        {
            Volatile.Write(ref _durablePosition, durablePosition);
            ready = _held;
            _held = [];
            for (var i = 0; i < ready.Count; i++)
            {
                if (ready[i].AfterPosition > durablePosition)
                {
                    _held.Add(ready[i]);
                }
            }
        }

        if (ready.Count > 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(new Batch(this, ready, durablePosition), preferLocal: false);
        }
    }

    /// <summary>Throws away what nobody waits for; who is still there to ask again is told that no answer comes.</summary>
    private void Prune()
    {
        HeldAnswer[] held;
        lock (_gate)
        {
            held = [.. _held];
        }

        var unwanted = held.Where(answer => !IsWanted(answer)).ToHashSet(ReferenceEqualityComparer.Instance);
        lock (_gate)
        {
            _held.RemoveAll(unwanted.Contains);
            _pruneAt = Math.Max(MinToPrune, 2 * _held.Count);
        }

        foreach (var answer in unwanted.Cast<HeldAnswer>())
        {
            if (answer.Connection is null)
            {
                answer.Wait?.Dispose();
            }
            else
            {
                DeliverNow(answer.ToUnanswered());
            }
        }
    }

    private bool IsWanted(HeldAnswer answer)
    {
        try
        {
            return answer.IsWanted(time);
        }
        catch (Exception exception)
        {
            Log.AnswerNotDelivered(logger, answer.Response.Partition, exception);
            return true;
        }
    }

    /// <summary>What one answer sets off must not keep the others from those who wait for them.</summary>
    private void DeliverNow(HeldAnswer answer)
    {
        try
        {
            answer.Deliver();
        }
        catch (Exception exception)
        {
            Log.AnswerNotDelivered(logger, answer.Response.Partition, exception);

            // Nobody asks twice over a connection that is up.
            answer.Connection?.Abort(exception);
        }
    }

    private sealed class Batch(DurableAnswers owner, List<HeldAnswer> answers, long durablePosition) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            foreach (var answer in answers)
            {
                if (answer.AfterPosition <= durablePosition)
                {
                    owner.DeliverNow(answer);
                }
            }
        }
    }
}
