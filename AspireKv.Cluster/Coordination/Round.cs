using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Coordination;

/// <summary>The object that asked a question and hears the answers.</summary>
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

/// <summary>One question of a coordinator to the replicas, and the replicas that answered so far.</summary>
internal sealed class Round(PeerRequest request, TimeSpan startedAt, IRoundOwner owner)
{
    /// <summary>The message as it is sent now; its id never changes.</summary>
    public PeerRequest Request { get; set; } = request;

    public TimeSpan StartedAt { get; } = startedAt;

    public IRoundOwner Owner { get; } = owner;

    /// <summary>The host's work that the round serves, where it serves one.</summary>
    public PendingTask? Cause { get; init; }

    /// <summary>
    /// The replicas that must answer besides a quorum that includes the coordinator's own replica, learners too; mostly none.
    /// </summary>
    public ulong Needed { get; init; }

    /// <summary>The replicas that alone are asked, and whose answers are enough without any quorum; 0 when all are asked.</summary>
    public ulong Alone { get; init; }

    /// <summary>The replicas that answered and may be counted in a quorum.</summary>
    public ulong Votes { get; set; }

    /// <summary>The replicas that answered at all, learners included: nothing is sent to them again.</summary>
    public ulong Answered { get; set; }

    /// <summary>
    /// The replicas that the message is on its way to, on a stream that is still the same: nothing is sent to them again before it broke.
    /// The message may be large and the stream slow: a second copy would only queue up behind the first.
    /// </summary>
    public ulong Sent { get; set; }

    /// <summary>
    /// The replicas that could not store: nothing is sent to them again, unless the owner has them asked anew. Apart from <see
    /// cref="Answered"/>, since a tombstone may be purged only once every voter holds it.
    /// </summary>
    public ulong Unavailable { get; set; }
}
