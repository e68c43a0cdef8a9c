namespace AspireKv.Transport.Monitoring;

/// <summary>Lets one event of a kind through in a while, so that a stranger who knocks without end cannot fill the log.</summary>
internal sealed class LogGate(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long At, int Suppressed)> _kinds = [];

    /// <param name="kind">One of a fixed set of names.</param>
    /// <param name="suppressed">How many events of the kind were held back since the last one let through.</param>
    public bool TryPass(string kind, out int suppressed)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            suppressed = 0;
            if (_kinds.TryGetValue(kind, out var last) && time.GetElapsedTime(last.At, now) < Interval)
            {
                _kinds[kind] = (last.At, last.Suppressed + 1);
                return false;
            }

            suppressed = last.Suppressed;
            _kinds[kind] = (now, 0);
            return true;
        }
    }
}
