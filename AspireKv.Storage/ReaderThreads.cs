using System.Collections.Concurrent;

namespace AspireKv.Storage;

/// <summary>
/// Threads that wait for SQLite on behalf of callers that must not: a thread of the pool that waits for a disk is one that nothing else
/// runs on.
/// </summary>
internal sealed class ReaderThreads : IDisposable
{
    /// <summary>Far more than a node lets wait of all operations together.</summary>
    private const int MaxQueued = 65_536;

    private readonly BlockingCollection<Action> _queue = new(MaxQueued);
    private readonly Thread[] _threads;
    private volatile bool _isClosing;

    /// <param name="count">How many reads run at a time.</param>
    public ReaderThreads(int count)
    {
        _threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"sqlite reader {i + 1}" };
        }
    }

    /// <summary>What was queued before waited for this.</summary>
    public void Start()
    {
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>False when the queue is full or closed.</summary>
    public bool TryQueue(Action work)
    {
        try
        {
            return _queue.TryAdd(work);
        }
        catch (InvalidOperationException)
        {
            // Closed; a caller may have been under way.
            return false;
        }
    }

    /// <summary>Ends once the reads under way ended; what is queued is not done any more.</summary>
    public void Dispose()
    {
        _isClosing = true;
        _queue.CompleteAdding();
        foreach (var thread in _threads.Where(static thread => !thread.ThreadState.HasFlag(ThreadState.Unstarted)))
        {
            thread.Join();
        }
    }

    private void Run()
    {
        foreach (var work in _queue.GetConsumingEnumerable())
        {
            if (!_isClosing)
            {
                work();
            }
        }
    }
}
