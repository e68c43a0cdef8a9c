using System.Net;

namespace AspireKv.Transport.Server;

/// <summary>
/// The handshakes under way. Nobody can tell yet which of them are members', so one beyond the bound is let in and ends another: the oldest
/// of the address that has the most. A member's takes two round trips and is among the youngest all the time, while those who connect and
/// say nothing drive out each other. To refuse the newcomer instead would leave the door to whoever came first. Thread-safe.
/// </summary>
/// <param name="bound">How many there may be at a time.</param>
internal sealed class PendingHandshakes(int bound)
{
    private readonly Lock _gate = new();

    /// <summary>In the order in which they began; never more than the bound. Guarded by <see cref="_gate"/>.</summary>
    private readonly LinkedList<PendingHandshake> _all = [];

    /// <summary>Begins a handshake, for which another one is ended where there are too many. To be disposed when it is over.</summary>
    public PendingHandshake Begin(IPAddress? address, TimeSpan timeLimit, TimeProvider time)
    {
        var handshake = new PendingHandshake(this, address, timeLimit, time);
        lock (_gate)
        {
            _all.AddLast(handshake);
            if (_all.Count > bound)
            {
                var oldest = _all.GroupBy(each => each.Address).MaxBy(crowd => crowd.Count())!.First();
                _all.Remove(oldest);

                // While the lock is held, since its owner takes it before it lets go of what is cancelled.
                oldest.CrowdOut();
            }
        }

        return handshake;
    }

    public void End(PendingHandshake handshake)
    {
        lock (_gate)
        {
            _all.Remove(handshake);
        }
    }
}
