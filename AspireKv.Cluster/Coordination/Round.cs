using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Coordination;

/// <summary>Whoever asked a question, and hears the answers.</summary>
internal interface IRoundOwner
{
    /// <summary>A replica answered for the first time; the votes count it already.</summary>
    void OnAnswer(Round round, NodeId from, PeerResponse response)
    {
    }

    /// <summary>Enough replicas answered; the round is closed.</summary>
    void OnMet(Round round);

    /// <summary>A replica refused; the round is still open.</summary>
    void OnRefused(Round round)
    {
    }

    /// <summary>A replica cannot store what it was sent; the round is still open.</summary>
    void OnUnavailable(Round round)
    {
    }
}

/// <summary>One question of a coordinator to the replicas, and who answered so far.</summary>
internal sealed class Round(PeerRequest request, TimeSpan startedAt, IRoundOwner owner)
{
    public PeerRequest Request { get; } = request;

    public TimeSpan StartedAt { get; } = startedAt;

    public IRoundOwner Owner { get; } = owner;

    /// <summary>The host's work that the round serves, where it serves one.</summary>
    public PendingTask? Cause { get; init; }

    /// <summary>True when every voter must answer, learners too; otherwise a quorum that includes the coordinator's own replica.</summary>
    public bool NeedsEveryone { get; init; }

    /// <summary>The one replica that is asked and whose answer is enough, as a bit; 0 when all are asked.</summary>
    public ulong Alone { get; init; }

    /// <summary>Who answered and may be counted in a quorum.</summary>
    public ulong Votes { get; set; }

    /// <summary>Who answered at all, learners included: nothing is sent to them again.</summary>
    public ulong Answered { get; set; }

    /// <summary>
    /// Who cannot store: nothing is sent to them again. Apart from <see cref="Answered"/>, since a tombstone may be purged only once
    /// everyone holds it.
    /// </summary>
    public ulong Unavailable { get; set; }
}
