using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination;

/// <summary>One question of a coordinator to the replicas, and the answers so far.</summary>
internal sealed class Round(PeerRequest request, TimeSpan startedAt, bool needsEveryone)
{
    private bool _hasAnswer;
    private Stamp _firstStamp;

    public PeerRequest Request { get; } = request;

    public TimeSpan StartedAt { get; } = startedAt;

    /// <summary>True when every voter must answer, learners too; otherwise a quorum that includes the coordinator's own replica.</summary>
    public bool NeedsEveryone { get; } = needsEveryone;

    /// <summary>The one replica that is asked and whose answer is enough, as a bit; 0 when all are asked.</summary>
    public ulong Alone { get; init; }

    /// <summary>For List: what those counted have answered.</summary>
    public List<KeyPage>? Pages { get; init; }

    /// <summary>The operation that waits for the round; null for Prepare and Confirm, which many wait for, and for the steps of a rebuild.</summary>
    public PendingTask? Operation { get; init; }

    /// <summary>The operations that wait for a Confirm.</summary>
    public List<PendingTask>? Waiters { get; init; }

    /// <summary>Who answered and may be counted in a quorum.</summary>
    public ulong Votes { get; set; }

    /// <summary>Who answered at all, learners included: nothing is sent to them again.</summary>
    public ulong Answered { get; set; }

    /// <summary>
    /// Who cannot store: nothing is sent to them again. Apart from <see cref="Answered"/>, since a tombstone may be purged only once everyone holds it.
    /// </summary>
    public ulong Unavailable { get; set; }

    /// <summary>How often this write was stamped anew already.</summary>
    public int Restamps { get; init; }

    /// <summary>For Read: the entry with the highest stamp among the voters' answers.</summary>
    public Entry? Highest { get; private set; }

    /// <summary>For Read: true while all answers counted show the same stamp, or all show no entry.</summary>
    public bool IsUnanimous { get; private set; } = true;

    /// <summary>Counts an answer to Read; what a learner holds is compared, but never taken for the newest.</summary>
    public void CountEntry(Entry? entry, bool isLearner)
    {
        var stamp = entry?.Stamp ?? Stamp.Zero;
        if (!_hasAnswer)
        {
            _hasAnswer = true;
            _firstStamp = stamp;
        }
        else if (stamp != _firstStamp)
        {
            IsUnanimous = false;
        }

        if (!isLearner && entry is not null && (Highest is null || entry.Stamp > Highest.Stamp))
        {
            Highest = entry;
        }
    }
}
