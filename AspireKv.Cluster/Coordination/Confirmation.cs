using AspireKv.Cluster.Messages;

namespace AspireKv.Cluster.Coordination;

/// <summary>
/// Answers reads after a round in which a quorum confirmed the ballot, and which started after the read was ready. A round already sent
/// does not count: its answers may be older than the read. So one round is under way, and every later turn shares the next.
/// </summary>
internal sealed class Confirmation(Coordinator coordinator, Rounds rounds) : IRoundOwner
{
    /// <summary>The round under way, or null.</summary>
    private Round? _round;

    /// <summary>The turns that wait for the round under way; none while there is no round.</summary>
    private List<Turn> _waiting = [];

    /// <summary>The turns that wait for the next round.</summary>
    private List<Turn> _next = [];

    /// <summary>All turns that wait, those for the round under way first.</summary>
    public IEnumerable<Turn> Waiting => [.. _waiting, .. _next];

    public void Add(Turn turn)
    {
        _next.Add(turn);
        if (_round is null)
        {
            StartNext();
        }
    }

    public void Remove(Turn turn)
    {
        _next.Remove(turn);
        _waiting.Remove(turn);
        if (_waiting.Count == 0 && _round is not null)
        {
            // No turn would send the round again, and the turns of the next round would wait for its lost messages.
            rounds.Drop(_round);
            StartNext();
        }
    }

    /// <summary>A turn that waits for the next round waits for the present one to end.</summary>
    public void Resend()
    {
        if (_round is not null)
        {
            rounds.SendAgain(_round);
        }
    }

    public void OnMet(Round round)
    {
        var confirmed = _waiting;
        StartNext();
        foreach (var turn in confirmed)
        {
            turn.OnConfirmed();
        }
    }

    private void StartNext()
    {
        (_round, _waiting, _next) = (null, _next, []);
        if (_waiting.Count > 0)
        {
            _round = coordinator.NewRound(coordinator.NewRequest(PeerRequestKind.Confirm, default), this);
            rounds.StartWithOwnVote(_round);
        }
    }
}
