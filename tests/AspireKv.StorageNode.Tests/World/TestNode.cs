using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Storage;
using AspireKv.Storage.Observers;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Polly.Registry;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>Node 1 without its outside: a real engine in a directory of its own, real partitions, peers that are faked.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("aspirekv-node-").FullName;
    private readonly TestMeterFactory _meters = new();
    private readonly ServiceProvider _services;

    public TestNode()
    {
        var answers = new DurableAnswers();
        var services = new ServiceCollection().AddLogging().AddMetrics().AddSingleton(TimeProvider.System);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton<IStorageObserver>(new StorageWatch(answers));
        services.AddStorage(_ => (_directory, new NodeId(1)));
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<StorageEngine>();
        Self = new LocalNode(new Member(new NodeId(1), "node1", Engine.Identity.Incarnation), Process: 7);
        Hosted = new HostedPartitions(
            new PartitionFactory(
                Self,
                Engine,
                Peers,
                answers,
                new ProtocolOptions
                {
                    PrepareTimeout = TimeSpan.FromMilliseconds(400),
                    GiveUpAfter = TimeSpan.FromSeconds(1),
                    MaxSettledKeys = 100,
                },
                TimeProvider.System,
                NullLogger<PartitionHost>.Instance),
            Self);
    }

    public FakePeers Peers { get; } = new();

    public StorageEngine Engine { get; }

    public LocalNode Self { get; }

    public HostedPartitions Hosted { get; }

    /// <summary>The only partition, once the node takes part.</summary>
    public PartitionHost Partition => Hosted.All[0];

    /// <summary>Takes part in a cluster of one partition, which lives on nodes 1 to <paramref name="replicas"/>, this one first.</summary>
    public TestNode TakePart(int replicas = 1)
    {
        var members = Enumerable.Range(1, replicas)
            .Select(id => id == 1 ? Self.Member : new Member(new NodeId(id), $"node{id}", (ulong)id)).ToList();
        Hosted.TakePart(new FoundingRecord
        {
            ClusterId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
            PartitionCount = 1,
            ReplicationFactor = replicas,
            VirtualNodes = 1,
            HashVersion = FoundingRecord.CurrentHashVersion,
            Members = members,
            Placement = [[.. members.Select(member => member.Id)]],
        });
        return this;
    }

    public OperationRunner CreateRunner(CoordinationOptions? options = null)
    {
        var coordination = Options.Create(options ?? new CoordinationOptions());
        var overdue = new OverdueOperations(
            new ResiliencePipelineRegistry<string>(), TimeProvider.System, coordination, NullLogger<OverdueOperations>.Instance);
        return new OperationRunner(Peers, overdue, new CoordinationMetrics(_meters), TimeProvider.System, coordination);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _meters.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
