using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Topology;
using AspireKv.Storage;
using AspireKv.Storage.Observers;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.StorageNode.Tests.Identity;

/// <summary>Which nodes may connect to this one.</summary>
public sealed class LocalPeerTests : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("aspirekv-node-").FullName;
    private readonly ServiceProvider _services;

    public LocalPeerTests()
    {
        var services = new ServiceCollection().AddLogging().AddMetrics().AddSingleton(TimeProvider.System);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Node:Id", "1"), new("Cluster:Members:1", "node1"), new("Cluster:Members:2", "node2"), new("Cluster:Members:3", "node3"),
        ]).Build());
        services.AddSingleton<IStorageObserver>(
            new StorageWatch(new DurableAnswers(TimeProvider.System, NullLogger<DurableAnswers>.Instance)));
        services.AddStorage(_ => (_directory, new NodeId(1)));
        services.AddNodeIdentity();
        _services = services.BuildServiceProvider();
    }

    private LocalPeer Peer => _services.GetRequiredService<LocalPeer>();

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Node_BeforeTheFounding_MayConnectWhereItIsConfigured(int node, bool mayConnect) =>
        Assert.Equal(mayConnect, Peer.MayConnect(new NodeId(node)));

    /// <summary>Else no node could ever join, nor hear that it is a member no more.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)]
    public void Node_AfterTheFounding_MayConnectWhoeverItIs(int node)
    {
        NodeId[] members = [new(1), new(2), new(4)];
        _services.GetRequiredService<KnownTopology>().Begin(new FoundingRecord
        {
            ClusterId = new Guid("6f1c1a52-7a3f-4a9c-9f39-0d1f8a5e2b11"),
            PartitionCount = 4,
            ReplicationFactor = 3,
            VirtualNodes = 16,
            HashVersion = FoundingRecord.CurrentHashVersion,
            MaxValueBytes = 1_000,
            Members = [.. members.Select(member => new Member(member, $"node{member}", (ulong)member.Value))],
            Placement = Placement.Propose(members, 4, 3, 16),
        });

        Assert.True(Peer.MayConnect(new NodeId(node)));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
