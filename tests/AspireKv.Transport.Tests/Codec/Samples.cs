using System.Diagnostics;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding.Tests;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Tests.Codec;

/// <summary>One message of each kind, with every field set.</summary>
internal static class Samples
{
    public static readonly StoreKey Key = StoreKey.Create("default", "k"u8);

    /// <summary>A key behind <see cref="Key"/>.</summary>
    public static readonly StoreKey UpTo = StoreKey.Create("default", "l"u8);

    public static readonly RequestId Id = new(0x0123456789abcdef, 5);

    public static readonly ActivityContext Trace = new(
        ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c"),
        ActivitySpanId.CreateFromString("b7ad6b7169203331"),
        ActivityTraceFlags.Recorded,
        isRemote: true);

    public static readonly NodeStatus Status = new(
        SampleValues.Founding.Members[1],
        SampleValues.Founding,
        [new(new NodeId(1), NodeLiveness.Suspect)],
        [
            new PartitionStatus(1, SampleValues.Ballot, true, SampleValues.Config),
            new PartitionStatus(0, Ballot.Zero, false, null) { IsLearner = true },
        ]);

    public static IReadOnlyList<MoveStatus> Moves { get; } =
        [new(200, new MoveProgress(300, 5, 4, 3, IsSwept: true)), new(0, new MoveProgress(3, 0, 0, 0, IsSwept: false))];

    /// <summary>One wish of each kind.</summary>
    public static IReadOnlyList<PlanWish> Wishes { get; } =
    [
        new AddWish(new NodeId(4)),
        new DrainWish(new NodeId(2)),
        new RemoveWish(new NodeId(3)),
        new ReplaceWish(new NodeId(200), new NodeId(5)),
        new ReplicationWish(5),
        new SystemWish([new NodeId(1), new NodeId(3)]),
        new OrderWish(),
    ];

    public static TopologyPlan Plan { get; } = new()
    {
        Id = "7-ab",
        Generation = 7,
        Wishes = Wishes,
        ReplicationFactor = 5,
        States = new Dictionary<NodeId, MemberState> { [new(4)] = MemberState.Active, [new(2)] = MemberState.Draining },
        Targets = [[new NodeId(4), new NodeId(1)], []],
        Moves = [new PlannedMove(0, [new NodeId(2), new NodeId(1)], [new NodeId(4), new NodeId(1)], 300, 70_000)],
        Shares = [new PlannedShare(new NodeId(4), 0, 1, 2, 3)],
        Warnings = ["w"],
    };

    public static IReadOnlyList<TopologyOrder> Orders { get; } =
    [
        new AnnounceOrder(new NodeId(4), "node4"),
        new ForgetOrder(new NodeId(4)),
        new CommitOrder("7-ab", Wishes),
        new CancelOrder(300),
    ];

    public static readonly TombstoneStatus Tombstones = new(
        Partitions: 200,
        Tombstones: 300,
        Held: 128,
        [
            new TombstoneHold(new NodeId(2), PurgeHoldReason.Dead, 5, 127, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1)),
            new TombstoneHold(new NodeId(3), PurgeHoldReason.Learner, 1, 1, TimeSpan.FromMilliseconds(2), TimeSpan.Zero),
            new TombstoneHold(new NodeId(4), PurgeHoldReason.CutOff, 1, 1, TimeSpan.Zero, TimeSpan.Zero),
        ]);

    public static readonly LifeTidings Life = new(
        new LifeClaim(new NodeId(2), 0x2222, [new LifeStart(7, 0x77, 100), new LifeStart(8, 0x88, 300)], 301),
        [new KnownLife(new NodeId(3), 0x3333, [new LifeMark(5, 0x55, 200)], [0x3331, 0x3332])],
        Judged: 0x99,
        LifeVerdict.Twin);

    public static readonly OperationResult Found = new()
    {
        Outcome = OperationOutcome.Found,
        Entry = SampleValues.Everything,
        Holder = new NodeId(3),
    };

    public static PeerRequest Request(PeerRequestKind kind) => new()
    {
        Kind = kind,
        Partition = 200,
        Epoch = 4,
        Ballot = SampleValues.Ballot,
        Id = Id,
        Config = SampleValues.Config,
        Key = kind is PeerRequestKind.Read or PeerRequestKind.Accept or PeerRequestKind.Purge or PeerRequestKind.List ? Key : default,
        Entry = kind == PeerRequestKind.Accept ? SampleValues.Everything : null,
        Buckets = kind == PeerRequestKind.List ? SampleValues.Buckets : default,
        PurgeStamp = kind is PeerRequestKind.Purge or PeerRequestKind.Rebuild ? SampleValues.Stamp : default,
        Incarnation = kind is PeerRequestKind.Rebuild or PeerRequestKind.Rebuilt or PeerRequestKind.Learning ? 0x3333UL : 0,
    };

    public static PeerResponse Response(PeerResponseKind kind) => new()
    {
        Kind = kind,
        Partition = 200,
        Id = Id,
        Ballot = SampleValues.Ballot,
        Epoch = 4,
        Position = 42,
        IsLearner = true,
        Incarnation = 0x3333,
        Promised = kind == PeerResponseKind.BallotRejected ? new Ballot(301, new NodeId(1)) : default,
        Config = kind == PeerResponseKind.EpochRejected ? SampleValues.Config : null,
        Entry = kind == PeerResponseKind.ReadResult ? SampleValues.Everything : null,
        Page = kind == PeerResponseKind.KeysListed ? new KeyPage([new ListedKey(Key, SampleValues.Stamp)], UpTo) : null,
        Sums = kind == PeerResponseKind.Summed ? SampleValues.Sums : null,
    };

    public static OperationRequest Operation(OperationKind kind, ConditionKind condition = ConditionKind.None) => new()
    {
        HopCount = 2,
        AccessToken = "header.payload.signature"u8.ToArray(),
        Timeout = TimeSpan.FromMilliseconds(1500),
        Trace = Trace,
        RelayTo = new NodeId(3),
        Operation = new ClientOperation
        {
            Kind = kind,
            Key = Key,
            Condition = condition,
            Revisions = condition is ConditionKind.RevisionIsOneOf or ConditionKind.RevisionIsNoneOf
                ? [SampleValues.Stamp, Stamp.Zero]
                : [],
            Value = kind == OperationKind.Put ? "value"u8.ToArray() : default,
            ContentType = kind == OperationKind.Put ? "text/plain" : null,
            ExpiresAtUnixMilliseconds = kind == OperationKind.Put ? 1_800_000_000_000 : null,
        },
    };
}
