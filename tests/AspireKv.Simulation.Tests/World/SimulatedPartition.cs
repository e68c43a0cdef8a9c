using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Coordination.Sweeps;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Partitions;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Simulation.Tests.World;

/// <summary>One partition in one process of a node: the core of the product, and its world, simulated.</summary>
internal sealed class SimulatedPartition : IPartitionHost, IRepairBudget
{
    private readonly SimulatedCluster _cluster;

    /// <summary>The request for which the disk was read: memory knows what it needs for this one step.</summary>
    private PeerRequest? _deferred;

    /// <summary>The entry of the request's key when its read began.</summary>
    private Entry? _whenAsked;

    public SimulatedPartition(SimulatedCluster cluster, SimulatedNode node, int partition)
    {
        _cluster = cluster;
        Node = node;
        Number = partition;
        var recovered = node.Disk.Placed.Snapshot(partition);
        State = new PartitionState(
            partition, node.Id, node.Self.Incarnation, node.Process, recovered, this, cluster.Scenario.Coordinator, cluster.Random.Fork())
        {
            FirstRound = node.Disk.Founding!.FirstRound,
        };
    }

    public SimulatedCluster Cluster => _cluster;

    public SimulatedNode Node { get; }

    public int Number { get; }

    public PartitionState State { get; }

    TimeSpan ICoordinatorHost.Now => Node.Clock.Now;

    long ICoordinatorHost.UnixMilliseconds => (long)Node.Clock.Now.TotalMilliseconds;

    NotAppliedReason IReplicaHost.CheckRoom(Entry entry) =>
        Node.NoRoomUntil > _cluster.Events.Now ? NotAppliedReason.StorageUnavailable
        : Node.DiskFullUntil > _cluster.Events.Now && !entry.IsTombstone && entry.Stamp == entry.Revision ? NotAppliedReason.StorageFull
        : NotAppliedReason.None;

    public void OnRequest(SimulatedNode from, PeerRequest request)
    {
        if (_cluster.Saboteur.LetsArrive(this, from.Id, request))
        {
            State.OnRequest(from.Id, request);
        }
    }

    public void OnResponse(NodeId from, PeerResponse response) => State.OnResponse(from, _cluster.Saboteur.Hears(this, from, response));

    public Entry? Find(StoreKey key) => Node.Disk.Placed.Find(Number, key);

    /// <summary>Memory lacks what the disk holds in a share of the looks, whatever they are for.</summary>
    public bool TryFind(StoreKey key, out Entry? entry)
    {
        entry = Find(key);
        if (_deferred?.Key != key)
        {
            return !IsCold();
        }

        entry = _cluster.Saboteur.Fetches(_whenAsked, entry);
        return true;
    }

    public bool TryListKeys(StoreKey after, BucketSet buckets, int max, out KeyPage? page)
    {
        page = Node.Disk.Placed.ListKeys(Number, after, buckets, max);
        return _deferred is not null || !IsCold();
    }

    public bool TrySumBuckets(out BucketSums? sums)
    {
        sums = Node.Disk.Placed.SumBuckets(Number);
        return _deferred is not null || !IsCold();
    }

    public void Defer(NodeId from, PeerRequest request)
    {
        _cluster.Log($"node {Node.Id} reads its disk for {request}");
        var whenAsked = Find(request.Key);
        _cluster.Events.AfterIn(Node, DrawReadTime(), () =>
        {
            (_deferred, _whenAsked) = (request, whenAsked);
            State.OnDeferred(from, request);
            (_deferred, _whenAsked) = (null, null);
        });
    }

    /// <summary>The oldest tombstones, as many as a batch of purges takes on, and how long it takes to find them.</summary>
    public (StoreKey[] Keys, TimeSpan Time) FindTombstones() => (
        Node.Disk.Placed.FindTombstones(Number, _cluster.Scenario.Chores.MaxPurges), IsCold() ? DrawReadTime() : TimeSpan.Zero);

    public long Place(ReplicaRecord record)
    {
        _cluster.Tell(observer => observer.Placed(Node, record));
        return Node.Place(record);
    }

    public bool IsHandicapped(NodeId node) =>
        _cluster.NodeOf(node) is var asked && (asked.DiskSlowUntil > _cluster.Events.Now || asked.DiskFullUntil > _cluster.Events.Now);

    public long LinkTo(NodeId node) => _cluster.Network.NumberOf(Node, _cluster.NodeOf(node));

    /// <summary>Longer than any operation has left, in a share of the looks.</summary>
    public TimeSpan TimeToSend(NodeId to, Entry entry) =>
        !_cluster.IsHealed && _cluster.Scenario.SlowLinks > 0 && _cluster.Random.Chance(_cluster.Scenario.SlowLinks)
            ? TimeSpan.FromSeconds(1)
            : TimeSpan.Zero;

    public long Send(NodeId to, PeerRequest request, PendingTask? cause)
    {
        _cluster.Tell(observer => observer.Sent(this, to, request));
        var link = LinkTo(to);
        var isSent = !_cluster.Saboteur.LetsLeave(this, to, request, cause)
            || _cluster.Send(Node, _cluster.NodeOf(to), new RequestMessage(request, Node.Process)) == SendOutcome.Left;
        return isSent ? link : 0;
    }

    public void Answer(NodeId to, PeerResponse response, long afterPosition)
    {
        var answer = _cluster.Saboteur.Answers(this, to, response);
        Node.WhenSynced(_cluster.Saboteur.WaitsFor(this, answer, afterPosition), () =>
        {
            _cluster.Tell(observer => observer.Answered(Node, to, answer));
            if (to == Node.Id)
            {
                // Never from within the call that gave the answer.
                _cluster.Events.AfterIn(Node, TimeSpan.Zero, () => OnResponse(to, answer));
                return;
            }

            _cluster.Send(Node, _cluster.NodeOf(to), new ResponseMessage(answer, Node.Process));
        });
    }

    public bool MayVote(Quorum voters) => _cluster.Saboteur.LetsEverybodyVote || Node.Lives!.MayVote(voters);

    public bool IsKnown(Quorum voters) => Node.Lives!.IsKnown(voters);

    public bool KnowsTopology(long version)
    {
        if (version <= Node.Disk.TopologyVersion)
        {
            return true;
        }

        Node.HearOfTopology();
        return false;
    }

    public bool IsRegistered(NodeId node, ulong incarnation) =>
        _cluster.Scenario.Moves is null || _cluster.Topology.At(Node.Disk.TopologyVersion).Names(node, incarnation);

    IRepairBudget IPartitionHost.RepairBudget => this;

    /// <summary>Closed in a share of the looks.</summary>
    bool IRepairBudget.IsOpen => _cluster.IsHealed || !_cluster.Random.Chance(0.2);

    void IRepairBudget.Spend(long bytes)
    {
    }

    public void Compared(ComparisonResult result) => _cluster.Log($"node {Node.Id} compared partition {Number}: {result}");

    public bool IsAlive(NodeId node) => _cluster.IsAlive(Node, _cluster.NodeOf(node));

    public bool IsCutOff(NodeId node) => _cluster.FindRelay(Node, _cluster.NodeOf(node)) is not null;

    /// <summary>No operator is there to be told.</summary>
    public TimeSpan? LastHeardAt(NodeId node) => null;

    /// <summary>How long the disk takes to be read.</summary>
    private TimeSpan DrawReadTime() => _cluster.Random.Milliseconds(0.1, 6);

    private bool IsCold() => !_cluster.IsHealed && _cluster.Random.Chance(_cluster.Scenario.ColdReads);
}
