namespace AspireKv.StorageNode.Partitions;

/// <summary>
/// Holds answers back until what they show is on stable storage. Answers leave off the thread that writes the write-ahead log, which must
/// get on with the next group commit.
/// </summary>
internal sealed class DurableAnswers
{
    private readonly Lock _gate = new();
    private List<HeldAnswer> _held = [];
    private long _durablePosition;

    /// <summary>Delivers the answer once everything up to the position is durable; never before this call returned.</summary>
    public void Deliver(HeldAnswer answer)
    {
        lock (_gate)
        {
            if (answer.AfterPosition > _durablePosition)
            {
                _held.Add(answer);
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(static held => held.Deliver(), answer, preferLocal: false);
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
            ThreadPool.UnsafeQueueUserWorkItem(new Batch(ready, durablePosition), preferLocal: false);
        }
    }

    private sealed class Batch(List<HeldAnswer> answers, long durablePosition) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            foreach (var answer in answers)
            {
                if (answer.AfterPosition <= durablePosition)
                {
                    answer.Deliver();
                }
            }
        }
    }
}
