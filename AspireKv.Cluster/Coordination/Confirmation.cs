using AspireKv.Cluster.Messages;

namespace AspireKv.Cluster.Coordination;

/// <summary>
/// Answers reads after a round in which a quorum confirmed the ballot, and which started after the read was ready. A round already sent
/// does not count: its
/// answers may be older than the read. So one round is under way, and everybody else shares the next.
/// </summary>
internal sealed class Confirmation(Coordinator coordinator, Rounds rounds) : IRoundOwner
{
    /// <summary>The round under way, or null.</summary>
    private Round? _round;

    /// <summary>Who waits for the round under way; none while there is no round.</summary>
    private List<Turn> _waiting = [];

    /// <summary>Who waits for the next one.</summary>
    private List<Turn> _next = [];

    /// <summary>All who wait, those for the round under way first.</summary>
    public IEnumerable<Turn> Waiting => [.. _waiting, .. _next];

    public void Add(Turn turn)
    {
        if (_round is not null)
        {
            _next.Add(turn);
            return;
        }

        Start([turn]);
    }

    public void Remove(Turn turn)
    {
        _next.Remove(turn);
        _waiting.Remove(turn);
        if (_waiting.Count == 0 && _round is not null)
        {
            // Nobody would send it again, and those who wait for the next one would wait for its lost messages.
            rounds.Drop(_round);
            StartNext();
        }
    }

    /// <summary>Whoever waits for the next round waits for the present one to end.</summary>
    public void Resend()
    {
        if (_round is not null)
        {
            rounds.SendToOthers(_round);
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
        _round = null;
        _waiting = [];
        if (_next.Count > 0)
        {
            var next = _next;
            _next = [];
            Start(next);
        }
    }

    private void Start(List<Turn> waiting)
    {
        _waiting = waiting;
        _round = coordinator.NewRound(coordinator.NewRequest(PeerRequestKind.Confirm, default), this);
        rounds.StartWithOwnVote(_round);
    }
}
