using System.IO.Hashing;
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

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>
/// One partition at node 1 of three or more, with a world that does nothing by itself: tests deliver every message and sync every disk
/// write by hand.
/// </summary>
internal sealed class PartitionFixture : IPartitionHost, IRepairBudget, IOperationOwner
{
    public const ulong Process = 7;
    public const ulong Incarnation = 11;

    public static readonly NodeId One = new(1);
    public static readonly NodeId Two = new(2);
    public static readonly NodeId Three = new(3);
    public static readonly StoreKey Key = StoreKey.Create("default", "key"u8);

    public static readonly ProtocolOptions Options = new()
    {
        PrepareTimeout = TimeSpan.FromMilliseconds(400),
        GiveUpAfter = TimeSpan.FromSeconds(1),
        MaxSettledKeys = 100,
    };

    private readonly Dictionary<StoreKey, Entry> _entries = [];
    private readonly List<(NodeId To, PeerResponse Response, long After)> _answers = [];
    private long _position;

    public PartitionFixture(
        ReplicaSnapshot? recovered = null,
        bool hasMemory = true,
        NodeId? firstReplica = null,
        int nodes = 3,
        ProtocolOptions? options = null)
    {
        NodeId[] replicas = [.. Enumerable.Range(1, nodes).Select(id => new NodeId(id))];
        NodeId[] inOrder = [.. replicas.OrderByDescending(node => node == firstReplica)];
        State = new PartitionState(
            0, One, Incarnation, Process, recovered ?? ReplicaSnapshot.Empty, this, options ?? Options, new Random(1));
        State.Adopt(hasMemory ? ConfigOf(1, inOrder) : PartitionConfig.Founded(inOrder, static _ => Incarnation + 1));
        Sync();
    }

    /// <summary>A config by which each node was given the partition in the life that it is in.</summary>
    /// <param name="epoch">Its number.</param>
    /// <param name="replicas">Who holds the partition.</param>
    /// <param name="next">Who will.</param>
    /// <param name="since">The epochs at which the nodes were given the partition; 1 for those that are left out.</param>
    public static PartitionConfig ConfigOf(
        long epoch, NodeId[] replicas, NodeId[]? next = null, IReadOnlyDictionary<NodeId, long>? since = null)
    {
        var grants = replicas.Union(next ?? [])
            .ToDictionary(node => node, node => new Grant(since?.GetValueOrDefault(node, 1) ?? 1, node == One ? Incarnation : 0));
        return new PartitionConfig(epoch, replicas, next ?? [], grants);
    }

    public PartitionState State { get; }

    public List<ReplicaRecord> Placed { get; } = [];

    public List<(NodeId To, PeerRequest Request)> Sent { get; } = [];

    public List<(PendingOperation Operation, NodeId To)> Forwarded { get; } = [];

    public Dictionary<PendingOperation, OperationResult> Results { get; } = [];

    public HashSet<NodeId> Dead { get; } = [];

    /// <summary>Those with a slow or full disk.</summary>
    public HashSet<NodeId> Handicapped { get; } = [];

    /// <summary>The dead ones that another node reaches.</summary>
    public HashSet<NodeId> CutOff { get; } = [];

    /// <summary>True while <see cref="Answer"/> throws.</summary>
    public bool FailsToAnswer { get; set; }

    public TimeSpan Now { get; set; }

    public long UnixMilliseconds { get; set; }

    /// <summary>What <see cref="CheckRoom"/> says.</summary>
    public NotAppliedReason Room { get; set; }

    /// <summary>What <see cref="CheckRoom"/> says the next times, one after the other, before it says <see cref="Room"/>.</summary>
    public Queue<NotAppliedReason> NextRooms { get; } = new();

    public NotAppliedReason CheckRoom(Entry entry) => NextRooms.TryDequeue(out var next) ? next : Room;

    public long Place(ReplicaRecord record)
    {
        Placed.Add(record);
        switch (record)
        {
            case EntryAccepted accepted:
                _entries[accepted.Key] = accepted.Entry;
                break;
            case TombstonePurged purged when _entries.TryGetValue(purged.Key, out var entry) && entry.Stamp == purged.Stamp:
                _entries.Remove(purged.Key);
                break;
            case ConfigTaken { IsEmptied: true } or RebuildBegun:
                _entries.Clear();
                break;
        }

        return ++_position;
    }

    /// <summary>The topology that this node knows.</summary>
    public long TopologyVersion { get; set; } = 9;

    /// <summary>Lives that the topology does not name.</summary>
    public HashSet<ulong> Unregistered { get; } = [];

    public bool KnowsTopology(long version) => version <= TopologyVersion;

    public bool IsRegistered(NodeId node, ulong incarnation) => !Unregistered.Contains(incarnation);

    public Entry? Find(StoreKey key) => _entries.GetValueOrDefault(key);

    /// <summary>Keys whose entries memory does not know.</summary>
    public HashSet<StoreKey> Cold { get; } = [];

    /// <summary>True where a page of keys, or the sums, need the disk.</summary>
    public bool ListIsCold { get; set; }

    /// <summary>What waits for the disk.</summary>
    public List<(NodeId From, PeerRequest Request)> Deferred { get; } = [];

    public bool TryFind(StoreKey key, out Entry? entry)
    {
        entry = Find(key);
        return !Cold.Contains(key);
    }

    public bool TryListKeys(StoreKey after, BucketSet buckets, int max, out KeyPage? page)
    {
        page = ListKeys(_entries, after, buckets, max);
        return !ListIsCold;
    }

    public bool TrySumBuckets(out BucketSums? sums)
    {
        sums = SumBuckets(_entries);
        return !ListIsCold;
    }

    public static KeyPage ListKeys(IReadOnlyDictionary<StoreKey, Entry> entries, StoreKey after, BucketSet buckets, int max)
    {
        ListedKey[] keys =
        [
            .. entries.Where(entry => entry.Key > after && buckets.Contains(entry.Key)).OrderBy(entry => entry.Key)
                .Select(entry => new ListedKey(entry.Key, entry.Value.Stamp)).Take(max + 1),
        ];
        return keys.Length > max ? new KeyPage(keys[..max], keys[max - 1].Key) : new KeyPage(keys, default);
    }

    public static BucketSums SumBuckets(IReadOnlyDictionary<StoreKey, Entry> entries)
    {
        var sums = new BucketSums();
        foreach (var (key, entry) in entries)
        {
            var head = $"{key} {entry.Stamp} {entry.Revision} {entry.IsTombstone} {entry.ContentType} {entry.ExpiresAtUnixMilliseconds}";
            var checksum = XxHash3.HashToUInt64(entry.Value.Span, (long)XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(head)));
            sums.Add(key, (long)checksum);
        }

        return sums;
    }

    public void Defer(NodeId from, PeerRequest request) => Deferred.Add((from, request));

    /// <summary>The numbers of the streams to the other nodes, where they are not 1; 0 for one that is down.</summary>
    public Dictionary<NodeId, long> Links { get; } = [];

    public long LinkTo(NodeId node) => Links.GetValueOrDefault(node, 1);

    /// <summary>How long what is sent to a node now takes, where it is not nothing.</summary>
    public Dictionary<NodeId, TimeSpan> Backlogs { get; } = [];

    public TimeSpan TimeToSend(NodeId to, Entry entry) => Backlogs.GetValueOrDefault(to);

    public long Send(NodeId to, PeerRequest request, PendingTask? cause)
    {
        Sent.Add((to, request));
        return LinkTo(to);
    }

    /// <summary>The stream to the node breaks and is opened again.</summary>
    public void Reconnect(NodeId node) => Links[node] = LinkTo(node) + 1;

    public void Answer(NodeId to, PeerResponse response, long afterPosition)
    {
        if (FailsToAnswer)
        {
            throw new InvalidOperationException("The answer could not be given.");
        }

        _answers.Add((to, response, afterPosition));
    }

    /// <summary>Whether the others let this start take part.</summary>
    public bool IsAdmitted { get; set; } = true;

    /// <summary>Whether the others know of this incarnation.</summary>
    public bool IsKnown { get; set; } = true;

    public bool MayVote(Quorum voters) => IsAdmitted;

    bool IReplicaHost.IsKnown(Quorum voters) => IsKnown;

    public bool IsAlive(NodeId node) => !Dead.Contains(node);

    public bool IsCutOff(NodeId node) => CutOff.Contains(node);

    public bool IsHandicapped(NodeId node) => Handicapped.Contains(node);

    /// <summary>When nodes were last heard; the others never were.</summary>
    public Dictionary<NodeId, TimeSpan> HeardAt { get; } = [];

    public TimeSpan? LastHeardAt(NodeId node) => HeardAt.TryGetValue(node, out var at) ? at : null;

    /// <summary>True while no entry may be sent to replicas that lack it.</summary>
    public bool HasNoBudget { get; set; }

    /// <summary>Bytes of values that repairs sent.</summary>
    public long Repaired { get; private set; }

    /// <summary>What comparisons came to.</summary>
    public List<ComparisonResult> Compared { get; } = [];

    public IRepairBudget RepairBudget => this;

    bool IRepairBudget.IsOpen => !HasNoBudget;

    void IRepairBudget.Spend(long bytes) => Repaired += bytes;

    void IPartitionHost.Compared(ComparisonResult result) => Compared.Add(result);

    public void OnEnded(PendingOperation operation, OperationResult result) => Results.Add(operation, result);

    public void Forward(PendingOperation operation, NodeId to) => Forwarded.Add((operation, to));

    /// <summary>Makes everything durable: the own answers reach the coordinator, those to others are returned.</summary>
    public List<PeerResponse> Sync()
    {
        var toOthers = new List<PeerResponse>();
        while (_answers.Count > 0)
        {
            var (to, response, _) = _answers[0];
            _answers.RemoveAt(0);
            if (to == One)
            {
                State.OnResponse(One, response);
            }
            else
            {
                toOthers.Add(response);
            }
        }

        return toOthers;
    }

    /// <summary>The disk was read: what waited for it is given back, and memory knows what it asked for while it is judged.</summary>
    public void ReadDisk()
    {
        var deferred = Deferred.ToArray();
        Deferred.Clear();
        foreach (var (from, request) in deferred)
        {
            var wasCold = Cold.Remove(request.Key);
            (var listWasCold, ListIsCold) = (ListIsCold, false);
            State.OnDeferred(from, request);
            ListIsCold = listWasCold;
            if (wasCold)
            {
                Cold.Add(request.Key);
            }
        }
    }

    /// <summary>What the replica answers node 2, with the WAL position it waits for.</summary>
    public (PeerResponse Response, long After) Ask(PeerRequest request)
    {
        State.OnRequest(Two, request);
        var (_, response, after) = _answers[^1];
        _answers.RemoveAt(_answers.Count - 1);
        return (response, after);
    }

    public static PeerRequest Request(PeerRequestKind kind, long round, Entry? entry = null, Stamp purge = default, int node = 2) => new()
    {
        Kind = kind,
        Partition = 0,
        Epoch = 1,
        Ballot = new Ballot(round, new NodeId(node)),
        Id = new RequestId(99, 1),
        Key = Key,
        Entry = entry,
        PurgeStamp = purge,
    };

    /// <summary>The answer of another node to the last request of this kind that was sent to it.</summary>
    public void Reply(NodeId from, PeerRequestKind toKind, PeerResponseKind kind, Entry? entry = null, Ballot promised = default)
    {
        var request = Sent.Last(sent => sent.To == from && sent.Request.Kind == toKind).Request;
        State.OnResponse(from, new PeerResponse
        {
            Kind = kind,
            Partition = 0,
            Id = request.Id,
            Ballot = request.Ballot,
            Epoch = 1,
            Entry = entry,
            Promised = promised,
        });
    }

    public PendingOperation Submit(OperationKind kind, ConditionKind condition = ConditionKind.None, params Stamp[] revisions)
    {
        return Submit(new ClientOperation
        {
            Kind = kind,
            Key = Key,
            Value = kind == OperationKind.Put ? "value"u8.ToArray() : default(ReadOnlyMemory<byte>),
            Condition = condition,
            Revisions = revisions,
        });
    }

    public PendingOperation Submit(ClientOperation operation, int hops = 0, TimeSpan? deadline = null)
    {
        var pending = new PendingOperation(operation, hops, owner: this) { Deadline = deadline ?? TimeSpan.MaxValue };
        State.Submit(pending);
        return pending;
    }

    /// <summary>Makes node 1 the coordinator.</summary>
    public PartitionFixture Hold()
    {
        var operation = Submit(OperationKind.Delete);
        Sync();
        Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);
        Sync();
        Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        Assert.Equal(OperationOutcome.Applied, Results[operation].Outcome);
        Assert.True(State.HoldsBallot);
        return this;
    }

    /// <summary>All replicas that answer are compared, and hold what node 1 holds.</summary>
    public void FindAlike()
    {
        var before = Sent.Count;
        State.Upkeep.StartComparison();
        Sync();
        foreach (var to in Sent.Skip(before).Select(sent => sent.To).ToArray())
        {
            var request = Sent.Last(sent => sent.To == to && sent.Request.Kind == PeerRequestKind.Sum).Request;
            State.OnResponse(to, new PeerResponse
            {
                Kind = PeerResponseKind.Summed,
                Partition = 0,
                Id = request.Id,
                Ballot = request.Ballot,
                Epoch = 1,
                Sums = SumBuckets(_entries),
            });
        }

        State.Tick(Now);
        Assert.True(Compared[^1].IsAlike);
    }

    public static Entry Value(long round, long sequence, string text = "value") => new()
    {
        Stamp = new Stamp(new Ballot(round, Two), sequence),
        Revision = new Stamp(new Ballot(round, Two), sequence),
        Value = System.Text.Encoding.UTF8.GetBytes(text),
    };
}
