using System.Diagnostics.Metrics;
using System.Globalization;
using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Storage;
using AspireKv.Storage.Observers;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Housekeeping;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Peers;
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
    private readonly ClusterOptions _cluster = new();
    private readonly ServiceProvider _services;
    private readonly HeldReads _reads;

    /// <param name="cacheBytes">How much of what SQLite holds is kept in memory; null for the usual.</param>
    /// <param name="peers">The peers that the partitions send to; null for <see cref="Peers"/>.</param>
    public TestNode(long? cacheBytes = null, IPeers? peers = null)
    {
        var answers = new DurableAnswers(TimeProvider.System, NullLogger<DurableAnswers>.Instance);
        var services = new ServiceCollection().AddLogging().AddMetrics().AddSingleton(TimeProvider.System);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
            cacheBytes is { } bytes ? [new("Storage:Cache:MaxBytes", bytes.ToString(CultureInfo.InvariantCulture))] : []).Build());
        _reads = new HeldReads(new StorageWatch(answers), SqliteMayBeRead);
        services.AddSingleton<IStorageObserver>(_reads);
        services.AddStorage(_ => (_directory, new NodeId(1)));
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<StorageEngine>();
        Self = new LocalNode(new Member(new NodeId(1), "node1", Engine.Identity.Incarnation), Process: 7);
        Topology = new KnownTopology(Engine);
        Hosted = new HostedPartitions(
            new PartitionFactory(
                Self,
                Engine,
                peers ?? Peers,
                Lives,
                Topology,
                answers,
                new RepairBudget(TimeProvider.System, Options.Create(new RepairOptions())),
                new RepairMetrics(_meters),
                new ProtocolOptions
                {
                    PrepareTimeout = TimeSpan.FromMilliseconds(400),
                    GiveUpAfter = TimeSpan.FromSeconds(1),
                    MaxSettledKeys = 100,
                },
                TimeProvider.System,
                NullLogger<PartitionHost>.Instance));
    }

    /// <summary>While this is not set, every read of SQLite waits.</summary>
    public ManualResetEventSlim SqliteMayBeRead { get; } = new(true);

    /// <inheritdoc cref="HeldReads.Held"/>
    public int HeldSqliteReads => _reads.Held;

    public FakePeers Peers { get; } = new();

    /// <summary>What the parts of this node measure by.</summary>
    public IMeterFactory Meters => _meters;

    public FakeLives Lives { get; } = new();

    public StorageEngine Engine { get; }

    public LocalNode Self { get; }

    public KnownTopology Topology { get; }

    public HostedPartitions Hosted { get; }

    /// <summary>The only partition, once the node takes part.</summary>
    public PartitionHost Partition => Hosted.All[0];

    /// <summary>
    /// Takes part in a cluster of one partition, which lives on nodes 1 to <paramref name="replicas"/>, this one first or last. There are
    /// so many members at least; those with the lowest numbers hold the topology.
    /// </summary>
    public TestNode TakePart(int replicas = 1, int maxValueBytes = 1024 * 1024, bool isFirst = true, int leastMembers = 2)
    {
        var members = Enumerable.Range(1, Math.Max(replicas, leastMembers))
            .Select(id => id == 1 ? Self.Member : new Member(new NodeId(id), $"node{id}", (ulong)id)).ToList();
        _cluster.Members = members.ToDictionary(member => $"{member.Id}", member => member.Name);
        var founding = new FoundingRecord
        {
            ClusterId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
            PartitionCount = 1,
            ReplicationFactor = replicas,
            VirtualNodes = 1,
            HashVersion = FoundingRecord.CurrentHashVersion,
            MaxValueBytes = maxValueBytes,
            Members = members,
            Placement = [[.. members.Take(replicas).Select(member => member.Id).OrderBy(id => id == Self.Id && !isFirst)]],
        };
        Topology.Begin(founding);
        Hosted.TakePart(founding, Topology.Current!);
        return this;
    }

    /// <summary>Deletes keys, at the only replica.</summary>
    public void Delete(int count)
    {
        var owner = new TestOwner();
        for (var i = 0; i < count; i++)
        {
            var key = StoreKey.Create("default", System.Text.Encoding.UTF8.GetBytes($"key{i}"));
            Partition.Submit(new PendingOperation(new ClientOperation { Kind = OperationKind.Delete, Key = key }, owner: owner));
            Assert.Equal(OperationOutcome.Applied, owner.TakeResult().Outcome);
        }
    }

    /// <summary>Makes this node the coordinator and deletes a key: node 2 agrees to both, and answers nothing more.</summary>
    public void DeleteAsHolder()
    {
        var owner = new TestOwner();
        Partition.Submit(new PendingOperation(new ClientOperation { Kind = OperationKind.Delete, Key = Some.Key }, owner: owner));
        Partition.OnResponse(new NodeId(2), Some.Answer(Peers.TakeSent().Request, PeerResponseKind.Promised));
        Partition.OnResponse(new NodeId(2), Some.Answer(TakeAccept(), PeerResponseKind.Accepted));
        Assert.Equal(OperationOutcome.Applied, owner.TakeResult().Outcome);
    }

    /// <summary>Waits for the next Accept that is sent to node 2.</summary>
    public PeerRequest TakeAccept()
    {
        while (true)
        {
            var (to, request) = Peers.TakeSent();
            if (to.Value == 2 && request.Kind == PeerRequestKind.Accept)
            {
                return request;
            }
        }
    }

    public TombstonePurge CreatePurge(TombstoneOptions options) => new(
        Engine,
        new TombstoneMetrics(_meters, CreateCount(options), Self, Options.Create(_cluster)),
        TimeProvider.System,
        Options.Create(options));

    public TombstoneCount CreateCount(TombstoneOptions options) => new(Engine, Hosted, TimeProvider.System, Options.Create(options));

    public OperationRunner CreateRunner(CoordinationOptions? options = null)
    {
        var coordination = Options.Create(options ?? new CoordinationOptions());
        var overdue = new OverdueOperations(
            new ResiliencePipelineRegistry<string>(), TimeProvider.System, coordination, Options.Create(new PartitionOptions()),
            NullLogger<OverdueOperations>.Instance);
        return CreateRunner(overdue, coordination);
    }

    public OperationRunner CreateRunner(OverdueOperations overdue, IOptions<CoordinationOptions> coordination)
    {
        return new OperationRunner(
            Peers, overdue, new CoordinationMetrics(_meters), TimeProvider.System, coordination, NullLogger<OperationRunner>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        SqliteMayBeRead.Set();
        await _services.DisposeAsync();
        SqliteMayBeRead.Dispose();
        _meters.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
