namespace AspireKv.Storage.Checkpoints;

/// <summary>
/// A thread for checkpoints and what else waits for the disk, since SQLite blocks: on the thread pool of a small machine it would starve
/// everything else.
/// </summary>
internal sealed class CheckpointThread : IDisposable
{
    private readonly AutoResetEvent _wake = new(initialState: false);
    private Thread? _thread;
    private volatile bool _isStopping;

    /// <param name="run">What to run; returns after how long to run it again, asked for or not. Must not throw.</param>
    public void Start(Func<TimeSpan> run)
    {
        _thread = new Thread(() => Run(run)) { IsBackground = true, Name = "checkpoints", Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

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
        _thread?.Join();
        _wake.Dispose();
    }

    private void Run(Func<TimeSpan> run)
    {
        while (!_isStopping)
        {
            _wake.WaitOne(run());
        }
    }
}
