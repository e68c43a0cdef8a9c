using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Coordination.Sweeps;

/// <summary>
/// Gives a replica that lost its memory everything that was committed, and makes it a voter again. A rebuild belongs to one coordinator and
/// ends with its
/// ballot: the next one begins anew.
/// </summary>
/// <remarks>
/// The coordinator took its ballot after it knew of the learner, so no vote of the learner's former self counts under it. Rebuild empties
/// the learner; the
/// sweep commits each key under a new stamp at a quorum of voters and at the learner; Rebuilt makes the learner a voter. Writes that come
/// meanwhile are
/// committed by voters alone and need not reach the learner: a quorum that counts it later overlaps with theirs.
/// </remarks>
internal sealed class LearnerRebuild : IRoundOwner
{
    private readonly Coordinator _coordinator;
    private readonly NodeId _learner;
    private readonly ulong _incarnation;
    private readonly TimeSpan _resendInterval;
    private readonly KeySweep _sweep;

    /// <summary>The question to the learner that waits for its answer; null while the sweep runs.</summary>
    private Round? _step;

    private TimeSpan _sentAt;

    public LearnerRebuild(Coordinator coordinator, NodeId learner, ulong incarnation, TimeSpan now)
    {
        _coordinator = coordinator;
        _learner = learner;
        _incarnation = incarnation;
        _resendInterval = coordinator.Options.RebuildResendInterval;
        _sweep = new KeySweep(coordinator, learner, coordinator.Options.CopiedKeys, () => Ask(PeerRequestKind.Rebuilt));
        _sentAt = now;
        Ask(PeerRequestKind.Rebuild);
    }

    /// <summary>True once the learner is a voter, or refused: whatever it is then, it will say so.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Sends again what has no answer yet.</summary>
    public void Tick(TimeSpan now)
    {
        if (IsEnded || now - _sentAt < _resendInterval)
        {
            return;
        }

        _sentAt = now;
        if (_step is not null)
        {
            _coordinator.SendAgain(_step);
        }
        else
        {
            _sweep.Resend();
        }
    }

    void IRoundOwner.OnMet(Round round)
    {
        _step = null;
        if (round.Request.Kind == PeerRequestKind.Rebuild)
        {
            _sweep.Start();
        }
        else
        {
            IsEnded = true;
        }
    }

    /// <summary>The node is a voter already, or lost its memory once more.</summary>
    void IRoundOwner.OnRefused(Round round)
    {
        _coordinator.Drop(round);
        IsEnded = true;
    }

    private void Ask(PeerRequestKind kind)
    {
        var request = _coordinator.NewRequest(kind, default) with { Incarnation = _incarnation };
        _step = _coordinator.AskAlone(
            _learner, kind == PeerRequestKind.Rebuild ? request with { PurgeStamp = _coordinator.LastStamp } : request, this);
    }
}
