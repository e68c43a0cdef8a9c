using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// What one partition at one node needs while nobody asks, and the work on it that this node, as coordinator, has under way: learners that
/// are rebuilt, replicas that are compared, a move, a ballot that is handed back.
/// </summary>
public sealed class Upkeep : IPartitionCondition
{
    private readonly NodeId _self;
    private readonly HolderView _view;
    private readonly ReplicaState _replica;
    private readonly IPartitionHost _host;
    private readonly Parking _parking;
    private readonly PreparePause _pause;
    private readonly HolderQuestion _question;
    private readonly RebuildTurns _rebuilds;
    private readonly RepairTurns _repairs;
    private readonly MoveTurns _moves;

    private readonly LearnerVoice _voice;
    private readonly Leaver _leaver;
    private readonly ProtocolOptions _options;

    private Coordinator? _coordinator;

    internal Upkeep(
        NodeId self,
        HolderView view,
        ReplicaState replica,
        IPartitionHost host,
        Parking parking,
        PreparePause pause,
        HolderQuestion question,
        LearnerVoice voice,
        ProtocolOptions options)
    {
        (_self, _view, _replica, _host, _parking, _pause, _question) = (self, view, replica, host, parking, pause, question);
        (_rebuilds, _repairs) = (new RebuildTurns(view, host), new RepairTurns(self, view, replica, host));
        _moves = new MoveTurns(self, view, replica, host);
        (Drain, _voice, _options) = (new Drain(view), voice, options);
        _leaver = new Leaver(view, replica, options.LeaveAfter);
    }

    /// <inheritdoc/>
    /// <remarks>A rebuild whose keys are put off waits for the time alone, in no round; so does a repair.</remarks>
    public bool HasWork => !_parking.IsEmpty || _coordinator is { HasRounds: true } || IsRebuilding || IsComparing || _replica.IsLearner
        || IsSweeping || IsDraining || _leaver.IsWaiting;

    /// <inheritdoc/>
    public int? PlaceInLine =>
        _coordinator is null && _view.MayTakeBallot && _pause.IsOver(_host.Now) && _view.IsQuorumAlive() ? _view.PlaceInLine : null;

    /// <summary>True while this node holds a replica that waits to be rebuilt. May be read from any thread.</summary>
    public bool AwaitsRebuild => _replica.IsLearner && _view.Config?.Contains(_self) == true;

    /// <summary>
    /// True when this node holds no replica, or reaches a quorum of the replicas, itself included, that have their memory as far as known.
    /// </summary>
    public bool HasLiveQuorum => _replica.Config?.Contains(_self) != true || _view.IsQuorumAlive();

    /// <inheritdoc/>
    public bool IsRebuilding => _rebuilds.IsRebuilding;

    /// <inheritdoc/>
    public bool HasLearnerToRebuild => HoldsBallot && !IsDraining && _rebuilds.IsDue;

    /// <inheritdoc/>
    public bool IsComparing => _repairs.IsComparing;

    /// <inheritdoc/>
    public bool MayCompare => HoldsBallot && !IsDraining && _repairs.MayCompare;

    /// <summary>The replicas known to have lost their memory, with the incarnation that they have now.</summary>
    public IReadOnlyDictionary<NodeId, ulong> Learners => _view.Learners;

    /// <inheritdoc/>
    public bool IsSweeping => _moves.IsSweeping;

    /// <inheritdoc/>
    public bool HasMoveToSweep => HoldsBallot && !IsDraining && _moves.IsDue;

    /// <summary>How far this node is with the move of the partition; null where it does not move, as far as its replica knows.</summary>
    public MoveProgress? Move => _moves.Progress;

    /// <inheritdoc/>
    public bool HasDoubts => HoldsBallot && _repairs.HasDoubts(_coordinator!);

    /// <inheritdoc/>
    public bool MayPurge => HoldsBallot && !IsDraining && !_moves.IsMoving && !_view.PurgeHolds().Any();

    /// <summary>
    /// The replicas that keep the tombstones of the partition from going, each once; none where this node does not coordinate the
    /// partition.
    /// </summary>
    public IReadOnlyList<PurgeHold> PurgeHolds => HoldsBallot ? [.. _view.PurgeHolds()] : [];

    /// <inheritdoc/>
    /// <remarks>A replica that may lack something is brought up to date first.</remarks>
    public bool MayHandBack => IsAway && !IsDraining && !HasDoubts && !_moves.IsMoving && _view.MayCoordinate(_replica.Config!.Replicas[0]);

    /// <inheritdoc/>
    public bool MayHandOn => HoldsBallot && !IsDraining && _view.HasBetterCoordinator();

    /// <summary>True while this node coordinates the partition, and is not the first of its replicas.</summary>
    public bool IsAway => HoldsBallot && _replica.Config!.Replicas[0] != _self;

    /// <summary>
    /// When all replicas were last known to be alike, or else when this node took the ballot, on the clock of the host; null while this
    /// node does not coordinate the partition.
    /// </summary>
    public TimeSpan? UncomparedSince => HoldsBallot ? _repairs.AlikeAt : null;

    internal Drain Drain { get; }

    /// <summary>True while this node ends what is under way, to give the ballot up then.</summary>
    internal bool IsDraining => _coordinator is not null && Drain.IsOn;

    private bool HoldsBallot => _coordinator is { HoldsBallot: true };

    /// <summary>This node takes the ballot.</summary>
    internal void Begin(Coordinator coordinator)
    {
        _coordinator = coordinator;
        _repairs.Begin();
    }

    /// <summary>The ballot is lost, and all work under it.</summary>
    internal void End()
    {
        _coordinator = null;
        Drain.End();
        _rebuilds.End();
        _repairs.End();
        _moves.End();
    }

    /// <summary>
    /// Asks whether anybody coordinates the partition, if nobody seems to; as soon as a quorum said that nobody does this node takes the
    /// ballot, so that what is to be done for the partition is done though nobody asks.
    /// </summary>
    public void TakeOver()
    {
        if (PlaceInLine is not null)
        {
            _question.Ask();
        }
    }

    /// <summary>Begins to end what is under way, so that another replica may have the ballot, if one is to.</summary>
    internal void BeginToHandOver()
    {
        if (MayHandOn)
        {
            Drain.Begin(_host.Now + _options.HandOnTimeout);
        }
        else if (MayHandBack)
        {
            Drain.Begin(_host.Now + _options.HandBackTimeout);
        }
    }

    /// <summary>Takes note of a request of another node, which may be about to take the ballot.</summary>
    internal void Hear(NodeId from, PeerRequest request)
    {
        _leaver.Hear(request.Epoch, _host.Now);
        if (_coordinator is null && _question.IsAnothers(from, request))
        {
            _pause.Leave(_host.Now);
        }
    }

    /// <summary>True where this answer is the one that lets this node take the ballot.</summary>
    internal bool MayTakeOver(NodeId from, PeerResponse response) => _question.IsSettledBy(from, response) && PlaceInLine is not null;

    /// <summary>Begins to rebuild a learner, if there is one to rebuild; goes on by itself.</summary>
    public void StartRebuild() => _rebuilds.Start(_coordinator);

    /// <summary>Begins to compare the replicas, if there is anything to compare; goes on by itself.</summary>
    public void StartComparison()
    {
        if (!IsDraining)
        {
            _repairs.Start(_coordinator);
        }
    }

    /// <summary>Begins to bring the partition to its next replicas, if it moves; goes on by itself.</summary>
    public void StartSweep()
    {
        if (!IsDraining)
        {
            _moves.Start(_coordinator);
        }
    }

    internal void Tick(TimeSpan now)
    {
        _moves.Tick(now);
        _rebuilds.Tick(now);
        _repairs.Tick(now);
        if (_replica.IsLearner)
        {
            _voice.Tick(now, _view.Config, _replica.Promised);
        }

        if (_coordinator is null)
        {
            _leaver.Tick(now);
        }
    }
}
