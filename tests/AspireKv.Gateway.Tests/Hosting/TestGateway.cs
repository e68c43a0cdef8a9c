using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.AccessTokens;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Dialing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>A whole gateway on a free port, in front of fake nodes and a fake auth service.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    public const int PartitionCount = 16;

    /// <summary>A name that the system knows no address of.</summary>
    public const string NameOfAuth = "auth.invalid";

    /// <summary>In Development the gateway shows itself to everybody, and is asked by any name here.</summary>
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["environment"] = "Development",
        ["AllowedHosts"] = "*",
        ["urls"] = "http://127.0.0.1:0",
        ["Cluster:Members:1"] = "node1",
        ["Cluster:Members:2"] = "node2",
        ["Cluster:Members:3"] = "node3",
    };

    private const int NodeCount = 3;
    private const int MaxValueBytes = 1024 * 1024;
    private readonly WebApplication _app;

    private TestGateway(
        FakeAuth auth,
        FoundingRecord founding,
        IReadOnlyDictionary<string, string?> settings,
        bool isFounded,
        bool hasFakeNodes,
        AddressRace? addresses = null)
    {
        Auth = auth;
        Founding = founding;
        Nodes = [.. Founding.Members.Select(member => new FakeNode(member.Id, Store, () => StatusOf(member, isFounded)))];
        var all = new Dictionary<string, string?>(Defaults)
        {
            ["services:auth:http:0"] = addresses is null ? auth.Address : $"http://{NameOfAuth}:{new Uri(auth.Address).Port}",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        _app = GatewayApp.Build([.. all.Select(setting => $"--{setting.Key}={setting.Value}")], builder =>
        {
            builder.Logging.ClearProviders();
            if (addresses is not null)
            {
                builder.Services.Replace(ServiceDescriptor.Singleton(addresses));
            }

            if (hasFakeNodes)
            {
                builder.Services.Replace(ServiceDescriptor.Singleton<INodeLinkFactory>(new FakeLinks(Nodes, Store)));
            }
        });
    }

    public FakeAuth Auth { get; }

    public FakeStore Store { get; } = new();

    public FoundingRecord Founding { get; }

    public IReadOnlyList<FakeNode> Nodes { get; }

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(_app.Urls.First());

    /// <summary>Where operators ask, if the settings give the gateway a management listener.</summary>
    public Uri Management => new(_app.Urls.Last());

    public string Token { get; private set; } = "";

    /// <summary>A client that presents a valid token and follows no redirect.</summary>
    public HttpClient Client { get; private set; } = null!;

    public static async Task<TestGateway> StartAsync(
        bool isFounded = true,
        Dictionary<string, string?>? settings = null,
        int replicationFactor = NodeCount,
        int maxValueBytes = MaxValueBytes) =>
        await StartAsync(
            new TestGateway(
                await FakeAuth.StartAsync(), Found(replicationFactor, maxValueBytes), settings ?? [], isFounded, hasFakeNodes: true),
            isFounded);

    /// <summary>In front of nodes behind real streams, whose addresses are in the settings.</summary>
    public static async Task<TestGateway> StartWithStreamsAsync(FoundingRecord founding, IReadOnlyDictionary<string, string?> settings)
    {
        var gateway = await StartAsync(
            new TestGateway(await FakeAuth.StartAsync(), founding, settings, isFounded: true, hasFakeNodes: false), isFounded: false);
        using var client = new HttpClient { BaseAddress = gateway.Address };
        await Eventually.TrueAsync(async () => (await client.GetAsync("/health/all")).IsSuccessStatusCode, "the gateway is healthy");
        return gateway;
    }

    /// <summary>In front of an auth service that it knows by name.</summary>
    public static async Task<TestGateway> StartWithNamesAsync(AddressRace addresses) =>
        await StartAsync(
            new TestGateway(
                await FakeAuth.StartAsync(), Found(), new Dictionary<string, string?>(), isFounded: true, hasFakeNodes: true, addresses),
            isFounded: true);

    /// <summary>A gateway that never reached the auth service, in front of a cluster that it knows.</summary>
    public static async Task<TestGateway> StartWithoutKeysAsync()
    {
        var gateway = new TestGateway(
            await FakeAuth.StartAsync(), Found(), new Dictionary<string, string?>(), isFounded: true, hasFakeNodes: true);
        await gateway.Auth.DisposeAsync();
        return await StartAsync(gateway, isFounded: true, hasKeys: false);
    }

    private static async Task<TestGateway> StartAsync(TestGateway gateway, bool isFounded, bool hasKeys = true)
    {
        await gateway._app.StartAsync();
        gateway.Token = FakeAuthKeys.Shared.Issue();

        // A request that waits to be asked for its body waits for as long as any request may take.
        gateway.Client = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, Expect100ContinueTimeout = Timeout.InfiniteTimeSpan })
        {
            BaseAddress = gateway.Address,
            Timeout = TimeSpan.FromSeconds(20),
        };
        gateway.Client.DefaultRequestHeaders.Authorization = new("Bearer", gateway.Token);
        await Eventually.TrueAsync(
            () => !hasKeys || gateway.Services.GetRequiredService<AccessTokenValidator>().KeysLoaded, "the gateway has fetched the keys");
        if (isFounded)
        {
            await gateway.Services.GetRequiredService<ClusterMonitor>().RunRoundAsync(CancellationToken.None);
        }

        return gateway;
    }

    public FakeNode NodeOf(NodeId id) => Nodes.Single(node => node.Id == id);

    /// <summary>The replicas of the key in the default namespace, the preferred coordinator first.</summary>
    public IReadOnlyList<FakeNode> ReplicasOf(string @namespace, string key) =>
        [.. Founding.Placement[PartitionOf(@namespace, key)].Select(NodeOf)];

    public static int PartitionOf(string @namespace, string key) =>
        new PartitionMap(PartitionCount).PartitionOf(StoreKey.Create(@namespace, System.Text.Encoding.UTF8.GetBytes(key)));

    public RawConnection Connect() => new(Address);

    /// <summary>Connects as an operator.</summary>
    public RawConnection ConnectToManagement() => new(Management);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Auth.DisposeAsync();
    }

    public static FoundingRecord Found(int replicationFactor = NodeCount, int maxValueBytes = MaxValueBytes)
    {
        var nodes = Enumerable.Range(1, NodeCount).Select(id => new NodeId(id)).ToArray();
        return new FoundingRecord
        {
            ClusterId = new Guid("6f1c1a52-7a3f-4a9c-9f39-0d1f8a5e2b11"),
            PartitionCount = PartitionCount,
            ReplicationFactor = replicationFactor,
            VirtualNodes = 16,
            HashVersion = FoundingRecord.CurrentHashVersion,
            MaxValueBytes = maxValueBytes,
            Members = [.. nodes.Select(node => new Member(node, $"node{node}", (ulong)node.Value))],
            Placement = Placement.Propose(nodes, PartitionCount, replicationFactor, 16),
        };
    }

    /// <summary>Has the gateway hear of a topology that is newer than the one it knows.</summary>
    public async Task LearnAsync(ClusterTopology topology)
    {
        foreach (var node in Nodes)
        {
            node.Topology = topology;
        }

        await Services.GetRequiredService<ClusterMonitor>().RunRoundAsync(CancellationToken.None);
        Assert.True(Services.GetRequiredService<ClusterKnowledge>().View.Topology?.Version >= topology.Version);
    }

    /// <summary>Nodes that came after the founding answer nothing.</summary>
    private sealed class FakeLinks(IReadOnlyList<FakeNode> nodes, FakeStore store) : INodeLinkFactory
    {
        public INodeLink Open(NodeId node, string name, string hint) =>
            nodes.FirstOrDefault(fake => fake.Id == node)
            ?? new FakeNode(node, store, static () => throw new InvalidOperationException("A dead node has no status."))
            {
                Liveness = NodeLiveness.Dead,
            };
    }

    private NodeStatus StatusOf(Member self, bool isFounded) => new(
        self,
        isFounded ? Founding : null,
        [.. Founding.Members.Where(member => member != self).Select(member => KeyValuePair.Create(member.Id, NodeLiveness.Alive))],
        isFounded
            ? [.. Enumerable.Range(0, PartitionCount).Select(partition => new PartitionStatus(
                partition, new Ballot(3, new NodeId(1)), HoldsBallot: false, Founding.ConfigOf(partition)))]
            : []);
}
