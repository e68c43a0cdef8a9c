using AspireKv.Cluster.Keys;
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
