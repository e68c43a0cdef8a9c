using System.Diagnostics;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Tests.Codec;

/// <summary>One message of each kind, with every field set.</summary>
internal static class Samples
{
    public static readonly Ballot Ballot = new(300, new NodeId(2));

    public static readonly Stamp Stamp = new(Ballot, 7);

    public static readonly StoreKey Key = StoreKey.Create("default", "k"u8);

    public static readonly RequestId Id = new(0x0123456789abcdef, 5);

    public static readonly ActivityContext Trace = new(
        ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c"),
        ActivitySpanId.CreateFromString("b7ad6b7169203331"),
        ActivityTraceFlags.Recorded,
        isRemote: true);

    public static readonly Entry Entry = new()
    {
        Stamp = Stamp,
        Revision = new Stamp(new Ballot(1, new NodeId(3)), 1),
        Value = "value"u8.ToArray(),
        ContentType = "text/plain",
        ExpiresAtUnixMilliseconds = -1,
    };

    public static readonly PartitionConfig Config = new(
        4,
        [new NodeId(1), new NodeId(2), new NodeId(3)],
        [new NodeId(2), new NodeId(4)],
        new Dictionary<NodeId, long> { [new(1)] = 1, [new(2)] = 2, [new(3)] = 3, [new(4)] = 4 });

    public static readonly FoundingRecord Founding = new()
    {
        ClusterId = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        PartitionCount = 2,
        ReplicationFactor = 3,
        VirtualNodes = 128,
        HashVersion = 1,
        Members = [new Member(new NodeId(1), "node1", 0x1111), new Member(new NodeId(2), "node2", 0x2222)],
        Placement = [[new NodeId(1), new NodeId(2)], [new NodeId(2), new NodeId(1)]],
    };

    public static readonly NodeStatus Status = new(
        Founding.Members[1],
        Founding,
        [new(new NodeId(1), NodeLiveness.Suspect)],
        [new PartitionStatus(1, Ballot, true, Config), new PartitionStatus(0, Ballot.Zero, false, null) { IsLearner = true }]);

    public static readonly OperationResult Found = new() { Outcome = OperationOutcome.Found, Entry = Entry, Holder = new NodeId(3) };

    public static PeerRequest Request(PeerRequestKind kind) => new()
    {
        Kind = kind,
        Partition = 200,
        Epoch = 4,
        Ballot = Ballot,
        Id = Id,
        Config = Config,
        Key = kind is PeerRequestKind.Read or PeerRequestKind.Accept or PeerRequestKind.Purge or PeerRequestKind.List ? Key : default,
        Entry = kind == PeerRequestKind.Accept ? Entry : null,
        PurgeStamp = kind is PeerRequestKind.Purge or PeerRequestKind.Rebuild ? Stamp : default,
        Incarnation = kind is PeerRequestKind.Rebuild or PeerRequestKind.Rebuilt or PeerRequestKind.Learning ? 0x3333UL : 0,
    };

    public static PeerResponse Response(PeerResponseKind kind) => new()
    {
        Kind = kind,
        Partition = 200,
        Id = Id,
        Ballot = Ballot,
        Epoch = 4,
        IsLearner = true,
        Incarnation = 0x3333,
        Promised = kind == PeerResponseKind.BallotRejected ? new Ballot(301, new NodeId(1)) : default,
        Config = kind == PeerResponseKind.EpochRejected ? Config : null,
        Entry = kind == PeerResponseKind.ReadResult ? Entry : null,
        Page = kind == PeerResponseKind.KeysListed ? new KeyPage([Key], IsLast: false) : null,
    };

    public static OperationRequest Operation(OperationKind kind, ConditionKind condition = ConditionKind.None) => new()
    {
        HopCount = 2,
        AccessToken = "header.payload.signature"u8.ToArray(),
        Timeout = TimeSpan.FromMilliseconds(1500),
        Trace = Trace,
        Operation = new ClientOperation
        {
            Kind = kind,
            Key = Key,
            Condition = condition,
            Revisions = condition is ConditionKind.RevisionIsOneOf or ConditionKind.RevisionIsNoneOf ? [Stamp, Stamp.Zero] : [],
            Value = kind == OperationKind.Put ? "value"u8.ToArray() : default,
            ContentType = kind == OperationKind.Put ? "text/plain" : null,
            ExpiresAtUnixMilliseconds = kind == OperationKind.Put ? 1_800_000_000_000 : null,
        },
    };
}
