namespace AspireKv.OverloadBench;

/// <summary>How the requests that were due in one second ended, and how long the good ones took. Thread-safe.</summary>
internal sealed class Tally
{
    private readonly Lock _gate = new();
    private readonly int[] _endings = new int[Enum.GetValues<Ending>().Length];
    private readonly List<double> _milliseconds = [];

    public int Due
    {
        get
        {
            lock (_gate)
            {
                return _endings.Sum();
            }
        }
    }

    public int this[Ending ending]
    {
        get
        {
            lock (_gate)
            {
                return _endings[(int)ending];
            }
        }
    }

    public void Add(Ending ending, TimeSpan took)
    {
        lock (_gate)
        {
            _endings[(int)ending]++;
            if (ending == Ending.Good)
            {
                _milliseconds.Add(took.TotalMilliseconds);
            }
        }
    }

    public static Tally Of(IEnumerable<Tally> tallies)
    {
        var all = new Tally();
        foreach (var tally in tallies)
        {
            for (var i = 0; i < all._endings.Length; i++)
            {
                all._endings[i] += tally._endings[i];
            }

            all._milliseconds.AddRange(tally._milliseconds);
        }

        return all;
    }

    /// <summary>A quantile of the latencies of good answers, in milliseconds; infinite without any.</summary>
    public double Latency(double quantile)
    {
        lock (_gate)
        {
            if (_milliseconds.Count == 0)
            {
                return double.PositiveInfinity;
            }

            _milliseconds.Sort();
            return _milliseconds[(int)(quantile * (_milliseconds.Count - 1))];
        }
    }
}
