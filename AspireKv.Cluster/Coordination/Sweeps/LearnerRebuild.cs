using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Coordination.Sweeps;

/// <summary>
/// Gives a replica that lost its memory everything that was committed, and makes it a voter again. A rebuild belongs to one coordinator and
/// ends with its ballot: the next one begins anew.
/// </summary>
/// <remarks>
/// The coordinator took its ballot after it knew of the learner, so no vote of the learner's former self counts under it. Rebuild empties
/// the learner; the sweep commits each key under a new stamp at a quorum of voters and at the learner; Rebuilt makes the learner a voter.
/// Writes that come meanwhile are committed by voters alone and need not reach the learner: a quorum that counts it later overlaps with
/// theirs. A rebuild that comes to a standstill is given up, so that another learner has its turn; it may begin again under the same
/// ballot, which the learner obeys without forgetting what it was given.
/// </remarks>
internal sealed class LearnerRebuild : IRoundOwner
{
    private readonly Coordinator _coordinator;
    private readonly ulong _incarnation;
    private readonly KeySweep _sweep;

    /// <summary>The question to the learner that waits for its answer; null while the sweep runs.</summary>
    private Round? _step;

    private readonly Pace _pace;

    public LearnerRebuild(Coordinator coordinator, NodeId learner, ulong incarnation, TimeSpan now)
    {
        _coordinator = coordinator;
        Learner = learner;
        _incarnation = incarnation;
        _sweep = new KeySweep(
            coordinator, coordinator.Quorum.BitOf(learner), coordinator.Options.CopiedKeys, () => Ask(PeerRequestKind.Rebuilt));
        _pace = new Pace(coordinator.Options, now);
        Ask(PeerRequestKind.Rebuild);
    }

    public NodeId Learner { get; }

    /// <summary>True once the learner is a voter, or refused, or was given up: whatever it is then, it will say so.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Sends again what has no answer yet; gives the rebuild up when nothing has moved for long.</summary>
    public void Tick(TimeSpan now)
    {
        switch (IsEnded ? PaceStep.None : _pace.Look(now, _sweep.Progress))
        {
            case PaceStep.GiveUp:
                GiveUp();
                break;
            case PaceStep.Resend:
                Resend();
                break;
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

    private void GiveUp()
    {
        IsEnded = true;
        if (_step is not null)
        {
            _coordinator.Drop(_step);
        }

        _sweep.GiveUp();
    }

    private void Resend()
    {
        if (_step is null)
        {
            _sweep.Resend();
        }
        else
        {
            // The learner is to refuse whatever was sent to its former self up to the moment at which it obeys.
            _coordinator.SendAgain(_step, RequestOf(_step.Request.Kind));
        }
    }

    private void Ask(PeerRequestKind kind) => _step = _coordinator.AskAlone(_coordinator.Quorum.BitOf(Learner), RequestOf(kind), this);

    private PeerRequest RequestOf(PeerRequestKind kind)
    {
        var request = _coordinator.NewRequest(kind, default) with { Incarnation = _incarnation };
        return kind == PeerRequestKind.Rebuild ? request with { PurgeStamp = _coordinator.LastStamp } : request;
    }
}
