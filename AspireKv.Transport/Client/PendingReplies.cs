using System.Diagnostics.CodeAnalysis;

namespace AspireKv.Transport.Client;

/// <summary>
/// The replies that one connection still owes. Their number is bounded. The caller that takes a reply out is the one to end it.
/// </summary>
internal sealed class PendingReplies(int max)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, PendingReply> _replies = [];
    private long _lastCorrelation;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _replies.Count == 0;
            }
        }
    }

    public bool TryAdd(PendingReply reply)
    {
        lock (_gate)
        {
            if (_replies.Count >= max)
            {
                return false;
            }

            reply.Correlation = ++_lastCorrelation;
            reply.Owner = this;
            _replies.Add(reply.Correlation, reply);
            return true;
        }
    }

    public bool TryTake(long correlation, [MaybeNullWhen(false)] out PendingReply reply)
    {
        lock (_gate)
        {
            return _replies.Remove(correlation, out reply);
        }
    }

    public IReadOnlyList<PendingReply> TakeExpired(long now)
    {
        lock (_gate)
        {
            List<PendingReply>? expired = null;
            foreach (var reply in _replies.Values)
            {
                if (reply.Deadline <= now)
                {
                    (expired ??= []).Add(reply);
                }
            }

            if (expired is null)
            {
                return [];
            }

            expired.ForEach(reply => _replies.Remove(reply.Correlation));
            return expired;
        }
    }

    public IReadOnlyList<PendingReply> TakeAll()
    {
        lock (_gate)
        {
            PendingReply[] all = [.. _replies.Values];
            _replies.Clear();
            return all;
        }
    }
}
