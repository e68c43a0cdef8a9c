using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;

namespace AspireKv.Simulation.Tests.World;

/// <summary>
/// One member: a disk that outlives its processes, and the process that runs now. The node does for the core what the storage node's host
/// does, in one thread and in virtual time.
/// </summary>
internal sealed class SimulatedNode
{
    private static readonly TimeSpan Forever = TimeSpan.FromDays(1);

    private readonly SimulatedCluster _cluster;
    private readonly TimeSpan _syncTime;
    private readonly List<(long Position, Action Action)> _waitingForSync = [];
    private readonly Dictionary<long, PendingCall> _forwarded = [];

    /// <summary>Who waits for the answers to calls that this node handed on, and by which number.</summary>
    private readonly Dictionary<long, (SimulatedNode Node, long Number)> _relayed = [];
    private SimulatedPartition[] _partitions = [];
    private FoundingTalk? _founding;
    private TopologyTalk? _topology;
    private bool _isSyncing;
    private int _start;

    public SimulatedNode(SimulatedCluster cluster, int index)
    {
        var scenario = cluster.Scenario;
        _cluster = cluster;
        _syncTime = scenario.SyncTimes[index];
        Index = index;
        Id = new NodeId(index + 1);
        Self = new Member(Id, $"node{index + 1}", cluster.Random.NextBits());
        Clock = new SimulatedClock(cluster.Events, scenario.ClockOffsets[index], scenario.ClockRates[index]);
        Disk = new SimulatedDisk(scenario.Partitions, record => cluster.Saboteur.Persists(Id, record), cluster.Saboteur.Splits);
        Old = new OldDisk(cluster, this);
    }

    public int Index { get; }

    public NodeId Id { get; }

    /// <summary>The identity in the node's directory.</summary>
    public Member Self { get; private set; }

    public SimulatedClock Clock { get; }

    public SimulatedDisk Disk { get; private set; }

    /// <summary>When the disk was last lost with all it held; null if never.</summary>
    public TimeSpan? DiskLostAt { get; private set; }

    /// <summary>What this process says and hears of lives; null until it takes part.</summary>
    public LifeTalk? Lives { get; private set; }

    /// <summary>True from the loss of the disk, or the return of an old one, until every partition is durably rebuilt.</summary>
    public bool LacksMemory => Old.IsInUse || (DiskLostAt is not null
        && (Disk.Founding is null || _cluster.Topology.Newest.Partitions.Index().Any(each => Lacks(each.Index, each.Item))));

    /// <summary>A disk of this node that was lost or copied.</summary>
    public OldDisk Old { get; }

    public bool IsUp { get; private set; }

    /// <summary>How the process that runs now ends where it is asked to; null before the first.</summary>
    public OrderlyStop Stopping { get; private set; } = null!;

    /// <summary>What the process that runs now does while nobody asks; null before the first.</summary>
    public SimulatedHousekeeper Housekeeper { get; private set; } = null!;

    /// <summary>Random for each start.</summary>
    public ulong Process { get; private set; }

    public TimeSpan PausedUntil { get; set; }

    public TimeSpan DiskFullUntil { get; set; }

    /// <summary>Until when nothing more is taken.</summary>
    public TimeSpan NoRoomUntil { get; set; }

    public TimeSpan DiskSlowUntil { get; set; }

    /// <summary>Until when the node takes all others for dead.</summary>
    public TimeSpan LonelyUntil { get; set; }

    /// <summary>The partitions, once the process knows that the cluster is founded; otherwise none.</summary>
    public IReadOnlyList<SimulatedPartition> Partitions => _partitions;

    public bool Runs => IsUp && PausedUntil <= _cluster.Events.Now;

    public void Start()
    {
        IsUp = true;
        Stopping = new OrderlyStop(_cluster, this);
        Process = _cluster.Random.NextBits();
        Disk.Starts = [.. Disk.Starts, new LifeStart(Disk.Starts.Count + 1, Process, Disk.SyncedPosition)];
        _start++;
        _cluster.Log($"node {Id} starts, synced up to {Disk.SyncedPosition}");
        _cluster.Tell(observer => observer.Recovered(this));
        _founding = new FoundingTalk(_cluster, this);
        _founding.Begin();
        Housekeeper = new SimulatedHousekeeper(_cluster, this);
        Housekeeper.DoChores();
    }

    /// <summary>Ends the process at once and starts another one later. In order, everything that was placed survives.</summary>
    public void Crash(TimeSpan down, bool inOrder = false)
    {
        if (!IsUp)
        {
            return;
        }

        var survivors = inOrder ? Disk.UnsyncedCount : _cluster.Random.Next(Disk.UnsyncedCount + 1);
        _cluster.Log($"node {Id} ends; {survivors} of {Disk.UnsyncedCount} unsynced records survive");
        IsUp = false;
        PausedUntil = TimeSpan.Zero;
        Disk.Crash(survivors);
        _founding!.Crash();
        _waitingForSync.Clear();
        _forwarded.Clear();
        _relayed.Clear();
        _partitions = [];
        Lives = null;
        _isSyncing = false;
        foreach (var other in _cluster.Nodes.Where(other => other != this))
        {
            _cluster.Network.Break(this, other);
        }

        var start = _start;
        _cluster.Events.After(down, () => StartUnless(start));
    }

    /// <summary>Ends the process at once; the next one finds an empty directory.</summary>
    public void LoseDisk(TimeSpan down)
    {
        Crash(down);
        Old.Keep(isCopy: false);
        Disk = new SimulatedDisk(
            _cluster.Scenario.Partitions, record => _cluster.Saboteur.Persists(Id, record), _cluster.Saboteur.Splits);
        Self = Self with { Incarnation = _cluster.Random.NextBits() };
        DiskLostAt = _cluster.Events.Now;
        _cluster.Tell(observer => observer.DiskLost(this));
    }

    /// <summary>Ends the process at once; the next one finds the disk that was lost or copied before.</summary>
    public void PutOldDiskBack(TimeSpan down)
    {
        Crash(down);
        (Disk, Self) = Old.PutBack();
        DiskLostAt = _cluster.Events.Now;
        _cluster.Tell(observer => observer.DiskLost(this));
    }

    public void StartIfDown() => StartUnless(_start);

    /// <summary>Ends the process, if there is one; another one starts only when it is asked for.</summary>
    public void StayDown()
    {
        Crash(Forever);
        _start++;
    }

    /// <summary>Takes part from now on: the founding record is durable here.</summary>
    public void Join(FoundingRecord record)
    {
        _cluster.Tell(observer => observer.Founded(this, record));
        Lives = new LifeTalk(_cluster, this);
        Lives.Begin();
        _partitions =
            [.. Enumerable.Range(0, record.PartitionCount).Select(partition => new SimulatedPartition(_cluster, this, partition))];
        _cluster.Topology.Found(record);
        _topology = new TopologyTalk(_cluster, this);
        _topology.Begin();
    }

    /// <summary>A message shows that there is a newer topology.</summary>
    public void HearOfTopology() => _topology?.Ask();

    public long Place(ReplicaRecord record)
    {
        var position = Disk.Place(record);
        SyncIfDue();
        return position;
    }

    /// <summary>Acts once the disk is synced up to the position; at once when it is.</summary>
    public void WhenSynced(long position, Action action)
    {
        if (position <= Disk.SyncedPosition)
        {
            action();
        }
        else
        {
            _waitingForSync.Add((position, action));
        }
    }

    /// <summary>A call of a client, or one handed over by another node.</summary>
    public void Start(PendingCall call)
    {
        if (_partitions.Length == 0)
        {
            call.Answer(OperationResult.NotApplied(NotAppliedReason.NotReady));
            return;
        }

        var partition = _partitions[call.Partition];
        var operation = new PendingOperation(call.Operation, call.Hops, new CallOwner(partition, call));
        partition.State.Submit(operation);
        _cluster.LookAfter(this, partition.State, operation, call.Deadline);
    }

    /// <summary>Hands a call to another node, once. Not from within the core's call.</summary>
    public void Forward(PendingCall call, SimulatedNode to) => _cluster.Events.AfterIn(this, TimeSpan.Zero, () =>
    {
        var number = _cluster.NextNumber();
        _forwarded.Add(number, call);
        var relayTo = NodeId.None;
        if (_cluster.FindRelay(this, to) is { } relay)
        {
            (to, relayTo) = (relay, to.Id);
        }

        var message = new ForwardMessage(number, call.Partition, call.Operation, call.Hops, relayTo);
        for (var time = 0; time < _cluster.Saboteur.Forwards; time++)
        {
            if (_cluster.Send(this, to, message) == SendOutcome.NotSent && time == 0
                && RepeatRules.IsRoutedAgain(call.Operation.Kind, wasSent: false, OperationResult.NotApplied(NotAppliedReason.NoQuorum)))
            {
                // The call is routed again with what is known by then of who is alive.
                _forwarded.Remove(number);
                _cluster.Events.AfterIn(this, _cluster.Random.Milliseconds(0.5, 2), () => Start(call));
                return;
            }
        }

        _cluster.Events.AfterIn(this, call.Deadline - _cluster.Events.Now, () => EndForwarded(number, OperationResult.Unknown));
    });

    public void OnMessage(SimulatedNode from, NetworkMessage message)
    {
        switch (message)
        {
            case RequestMessage { Request: var refused } when !LetsIn(from, message):
                _cluster.Send(this, from, new ResponseMessage(PeerResponse.Unanswered(refused), Process));
                break;
            case ResponseMessage when _partitions.Length == 0:
                break;
            case ResponseMessage { Response: var refused } when !LetsIn(from, message):
                _partitions[refused.Partition].OnResponse(from.Id, refused.ToUnanswered());
                break;
            case RequestMessage { Request: var request }:
                _partitions[request.Partition].OnRequest(from, request);
                break;
            case ResponseMessage { Response: var response }:
                _partitions[response.Partition].OnResponse(from.Id, response);
                break;
            case LifeMessage life when from.Process == life.Tidings.Claim.Current.Word:
                Lives?.OnMessage(from, life);
                break;

            case ForwardMessage relayed when relayed.RelayTo != NodeId.None && relayed.RelayTo != Id:
                Relay(from, relayed);
                break;
            case ForwardMessage forward:
                var deadline = _cluster.Events.Now + _cluster.Scenario.OperationTimeout;
                Start(Stopping.Track(new PendingCall(forward.Partition, forward.Operation, forward.Hops, deadline, result =>
                    _cluster.Send(this, from, new ForwardReplyMessage(forward.Number, result)))));
                break;
            case ForwardReplyMessage reply when _relayed.Remove(reply.Number, out var asker):
                _cluster.Send(this, asker.Node, new ForwardReplyMessage(asker.Number, reply.Result));
                break;
            case ForwardReplyMessage reply:
                EndForwarded(reply.Number, reply.Result);
                break;
            case FoundingRequestMessage request:
                _founding!.OnRequest(from, request);
                break;
            case FoundingResponseMessage response when response.Process == Process:
                _founding!.OnResponse(response.Response);
                break;
        }
    }

    /// <summary>Hands a call on for a node that does not reach the one it is for.</summary>
    private void Relay(SimulatedNode from, ForwardMessage relayed)
    {
        var number = _cluster.NextNumber();
        _relayed.Add(number, (from, relayed.Number));
        if (_cluster.Send(this, _cluster.NodeOf(relayed.RelayTo), relayed with { Number = number }) == SendOutcome.NotSent)
        {
            _relayed.Remove(number);
            _cluster.Send(
                this, from, new ForwardReplyMessage(relayed.Number, OperationResult.NotApplied(NotAppliedReason.NotReached)));
        }
    }

    /// <summary>True where the node holds the partition, was given it in another life, and was not rebuilt since.</summary>
    private bool Lacks(int partition, PartitionConfig config)
    {
        var snapshot = Disk.Synced.Snapshot(partition);
        return config.GrantOf(Id) is { } grant
            && (snapshot.IsLearner || snapshot.Config is null || (grant.Since != snapshot.Since && grant.Incarnation != Self.Incarnation));
    }

    private bool LetsIn(SimulatedNode from, NetworkMessage message) => _partitions.Length > 0 && Lives!.LetsIn(from, message);

    private void EndForwarded(long number, OperationResult result)
    {
        if (!_forwarded.Remove(number, out var call))
        {
            return;
        }

        if (RepeatRules.IsRoutedAgain(call.Operation.Kind, wasSent: true, result) && _cluster.Events.Now < call.Deadline)
        {
            Start(call);
            return;
        }

        call.Answer(result);
    }

    private void SyncIfDue()
    {
        if (_isSyncing || !Disk.HasUnsynced)
        {
            return;
        }

        _isSyncing = true;
        var time = _cluster.DrawSyncTime(this, _syncTime);

        // What is placed before the sync begins is covered by it; the rest waits for the next one.
        _cluster.Events.AfterIn(this, TimeSpan.Zero, () =>
        {
            var position = Disk.LastPosition;
            _cluster.Events.AfterIn(this, time, () => Synced(position));
        });
    }

    private void Synced(long position)
    {
        _cluster.Count();
        _cluster.Log($"node {Id} synced up to {position}");
        _isSyncing = false;
        Disk.SyncTo(position);
        foreach (var (_, action) in _waitingForSync.Where(waiting => waiting.Position <= position).ToArray())
        {
            action();
        }

        _waitingForSync.RemoveAll(waiting => waiting.Position <= position);
        SyncIfDue();
    }

    private void StartUnless(int start)
    {
        if (!IsUp && _start == start)
        {
            Start();
        }
    }
}
