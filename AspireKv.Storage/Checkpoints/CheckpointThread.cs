namespace AspireKv.Storage.Checkpoints;

/// <summary>
/// A thread for checkpoints and what else waits for the disk, since SQLite blocks: on the thread pool of a small machine it would starve everything else.
/// </summary>
internal sealed class CheckpointThread : IDisposable
{
    private readonly Func<TimeSpan> _run;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private volatile bool _isStopping;

    /// <param name="run">What to run; says after how long to run it again, asked for or not. Must not throw.</param>
    public CheckpointThread(Func<TimeSpan> run)
    {
        _run = run;
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
        while (!_isStopping)
        {
            _wake.WaitOne(_run());
        }
    }
}
