namespace AspireKv.StorageNode.Storage.Checkpoints;

/// <summary>
/// Runs checkpoints on a thread of its own, since SQLite blocks: on the thread pool of a small machine it would starve everything else. One runs when asked
/// for, once an interval, and again soon after one that could not be done.
/// </summary>
internal sealed class CheckpointThread : IDisposable
{
    /// <summary>How soon to try again: room may come back at any time, and writes may wait for it.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Func<bool> _checkpoint;
    private readonly TimeSpan _interval;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private volatile bool _isStopping;

    /// <param name="checkpoint">What to run; says whether it was done, and must not throw.</param>
    /// <param name="interval">The longest time between two runs.</param>
    public CheckpointThread(Func<bool> checkpoint, TimeSpan interval)
    {
        (_checkpoint, _interval) = (checkpoint, interval);
        _thread = new Thread(Run) { IsBackground = true, Name = "checkpoints", Priority = ThreadPriority.BelowNormal };
    }

    public void Start() => _thread.Start();

    /// <summary>Asks for a run as soon as the one that may be going on is done.</summary>
    public void Request()
    {
        if (!_isStopping)
        {
            _wake.Set();
        }
    }

    public void Dispose()
    {
        _isStopping = true;
        _wake.Set();
        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    private void Run()
    {
        var isDone = true;
        while (true)
        {
            _wake.WaitOne(isDone || _interval < RetryDelay ? _interval : RetryDelay);
            if (_isStopping)
            {
                return;
            }

            isDone = _checkpoint();
        }
    }
}
