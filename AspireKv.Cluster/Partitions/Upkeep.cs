using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// What one partition at one node needs while nobody asks, and the work on it that this node, as coordinator, has under way: learners that
/// are rebuilt, replicas that are compared, a ballot that is handed back.
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
        ProtocolOptions options)
    {
        (_self, _view, _replica, _host, _parking, _pause, _question) = (self, view, replica, host, parking, pause, question);
        (_rebuilds, _repairs) = (new RebuildTurns(view, host), new RepairTurns(self, view, replica, host));
        (Drain, _options) = (new Drain(view), options);
    }

    /// <inheritdoc/>
    /// <remarks>A rebuild whose keys are put off waits for the time alone, in no round; so does a repair.</remarks>
    public bool HasWork => !_parking.IsEmpty || _coordinator is { HasRounds: true } || IsRebuilding || IsComparing || _replica.IsLearner
        || IsDraining;

    /// <inheritdoc/>
    public int? PlaceInLine =>
        _coordinator is null && _replica.IsVoter && _pause.IsOver(_host.Now) && _view.IsQuorumAlive() ? _view.PlaceInLine : null;

    /// <inheritdoc/>
    public bool IsRebuilding => _rebuilds.IsRebuilding;

    /// <inheritdoc/>
    public bool HasLearnerToRebuild => HoldsBallot && !IsDraining && _rebuilds.IsDue;

    /// <inheritdoc/>
    public bool IsComparing => _repairs.IsComparing;

    /// <inheritdoc/>
    public bool MayCompare => HoldsBallot && !IsDraining && _repairs.MayCompare;

    /// <inheritdoc/>
    public bool HasDoubts => HoldsBallot && _repairs.HasDoubts(_coordinator!);

    /// <inheritdoc/>
    public bool MayPurge => HoldsBallot && !IsDraining && !_view.PurgeHolds().Any();

    /// <summary>
    /// The replicas that keep the tombstones of the partition from going, each once; none where this node does not coordinate the
    /// partition.
    /// </summary>
    public IReadOnlyList<PurgeHold> PurgeHolds => HoldsBallot ? [.. _view.PurgeHolds()] : [];

    /// <inheritdoc/>
    /// <remarks>A replica that may lack something is brought up to date first.</remarks>
    public bool MayHandBack => IsAway && !IsDraining && !HasDoubts && _view.MayCoordinate(_replica.Config!.Replicas[0]);

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

    internal void Tick(TimeSpan now)
    {
        _rebuilds.Tick(now);
        _repairs.Tick(now);
    }
}
