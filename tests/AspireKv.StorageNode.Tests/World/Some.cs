using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>Messages of which the test looks at little.</summary>
internal static class Some
{
    public static readonly StoreKey Key = StoreKey.Create("default", "key"u8);

    public static ClientOperation Put => new() { Kind = OperationKind.Put, Key = Key, Value = "value"u8.ToArray() };

    public static ClientOperation Get => new() { Kind = OperationKind.Get, Key = Key };

    public static OperationRequest Request(ClientOperation operation) =>
        new() { Operation = operation, Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>What a replica answers to the request.</summary>
    public static PeerResponse Answer(PeerRequest request, PeerResponseKind kind) => new()
    {
        Kind = kind,
        Partition = request.Partition,
        Id = request.Id,
        Ballot = request.Ballot,
        Epoch = request.Epoch,
    };

    public static FoundingRecord Founding(int partitions, IReadOnlyList<NodeId> replicas) => new()
    {
        ClusterId = new Guid("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"),
        PartitionCount = partitions,
        ReplicationFactor = replicas.Count,
        VirtualNodes = 1,
        HashVersion = FoundingRecord.CurrentHashVersion,
        MaxValueBytes = 1024 * 1024,
        Members = [.. replicas.Select(node => new Member(node, $"node{node}", (ulong)node.Value))],
        Placement = [.. Enumerable.Repeat(replicas, partitions)],
    };

    /// <summary>Node 2 asks for a ballot.</summary>
    public static PeerRequest Prepare(int partition = 0) => new()
    {
        Kind = PeerRequestKind.Prepare,
        Partition = partition,
        Epoch = 1,
        Ballot = new Ballot(5, new NodeId(2)),
        Id = new RequestId(1, 1),
    };
}
