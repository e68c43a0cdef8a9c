namespace AspireKv.Storage.Scrub;

/// <summary>
/// Reads all that is stored, over and over and slowly, so that damage is found while the other replicas are whole. On a thread of its own,
/// since it waits for the disk.
/// </summary>
internal sealed class Scrubber : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(20);

    private readonly ScrubPass _pass;
    private readonly ScrubOptions _options;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stopping = new();
    private bool _isDue;

    /// <param name="pass">Reads everything once.</param>
    /// <param name="options">How fast, and how often.</param>
    /// <param name="time">What the speed is measured with.</param>
    public Scrubber(ScrubPass pass, ScrubOptions options, TimeProvider time)
    {
        (_pass, _options, _time) = (pass, options, time);
        _thread = new Thread(Run) { IsBackground = true, Name = "scrub", Priority = ThreadPriority.Lowest };
    }

    /// <inheritdoc cref="ScrubPass.Run"/>
    public bool RunNow(Func<long, bool> goOn) => _pass.Run(goOn);

    /// <param name="isDue">True when the first pass is to begin at once, and not only after the pause between passes.</param>
    public void Start(bool isDue)
    {
        _isDue = isDue;
        _thread.Start();
    }

    public void Dispose()
    {
        _stopping.Set();
        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            _thread.Join();
        }

        _stopping.Dispose();
    }

    private void Run()
    {
        while ((_isDue || !_stopping.Wait(_options.Interval)) && _pass.Run(CreatePace()))
        {
            _isDue = false;
        }
    }

    /// <summary>After each part, waits until so many bytes may have been read.</summary>
    private Func<long, bool> CreatePace()
    {
        var start = _time.GetTimestamp();
        var total = 0L;
        return bytes =>
        {
            total += bytes;
            var ahead = TimeSpan.FromSeconds((double)total / _options.BytesPerSecond) - _time.GetElapsedTime(start);
            return ahead > TimeSpan.Zero ? !_stopping.Wait(ahead < LongestWait ? ahead : LongestWait) : !_stopping.IsSet;
        };
    }
}
