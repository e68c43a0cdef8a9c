namespace AspireKv.StorageNode.Storage.Checkpoints;

/// <summary>
/// Runs checkpoints on a thread of its own, since SQLite blocks: on the thread pool of a small machine it would starve everything else. One runs when asked
/// for and once an interval.
/// </summary>
internal sealed class CheckpointThread : IDisposable
{
    private readonly Action _checkpoint;
    private readonly TimeSpan _interval;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private volatile bool _isStopping;

    /// <param name="checkpoint">What to run; must not throw.</param>
    /// <param name="interval">The longest time between two runs.</param>
    public CheckpointThread(Action checkpoint, TimeSpan interval)
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
        while (true)
        {
            _wake.WaitOne(_interval);
            if (_isStopping)
            {
                return;
            }

            _checkpoint();
        }
    }
}
