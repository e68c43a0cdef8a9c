using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Inbox;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Tests.World;
using AspireKv.Transport;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Tests.Inbox;

/// <summary>What a node does when it is asked to stop, before anything of it is stopped.</summary>
public sealed class NodeDrainTests : IAsyncDisposable
{
    private readonly TestNode _node = new();
    private readonly ServiceProvider _listener;

    public NodeDrainTests()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Cluster:Credential", "a credential of these tests, long enough")]).Build();
        var services = new ServiceCollection().AddLogging().AddMetrics().AddSingleton<IConfiguration>(configuration);
        services.AddSingleton(new LocalPeer(new PeerIdentity(PeerRole.Node, new NodeId(1), 7, "node1"), static () => null));
        _listener = services.AddPeerTransport(configuration).AddPeerListener<NoRequests>().BuildServiceProvider();
    }

    [Fact]
    public async Task Stopping_NodeThatTakesPartInNothing_IsDrainedAtOnce() =>
        await Drain().StoppingAsync(CancellationToken.None).WaitAsync(Patience.Limit);

    [Fact]
    public async Task Stopping_WriteUnderWay_WaitsForItAndHandsThePartitionOn()
    {
        _node.TakePart(replicas: 3).DeleteAsHolder();
        _node.Peers.Alive.Add(new NodeId(2));
        var (put, late) = (new TestOwner(), new TestOwner());
        Submit(put);
        var accept = _node.TakeAccept();

        var stopping = Drain(new CoordinationOptions { DrainTimeout = TimeSpan.FromSeconds(20) }).StoppingAsync(CancellationToken.None);
        Submit(late);

        Assert.False(stopping.IsCompleted);
        Assert.False(_node.Partition.HasStoodDown);
        _node.Partition.OnResponse(new NodeId(2), Some.Answer(accept, PeerResponseKind.Accepted));
        Assert.Equal(OperationOutcome.Applied, put.TakeResult().Outcome);
        Assert.Equal(new NodeId(2), late.TakeForward());
        await stopping.WaitAsync(Patience.Limit);
        Assert.True(_node.Partition.HasStoodDown);
        Assert.Contains(PeerRequestKind.Resigned, TakeAllSent());
    }

    [Fact]
    public async Task Stopping_WriteThatNobodyAcknowledges_IsBounded()
    {
        _node.TakePart(replicas: 3).DeleteAsHolder();
        Submit(new TestOwner());

        await Drain(new CoordinationOptions { DrainTimeout = TimeSpan.FromMilliseconds(50) }).StoppingAsync(CancellationToken.None)
            .WaitAsync(Patience.Limit);

        Assert.False(_node.Partition.HasStoodDown);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _node.DisposeAsync();
    }

    private NodeDrain Drain(CoordinationOptions? options = null) => new(
        _node.Hosted,
        _listener.GetRequiredService<PeerConnectionHandler>(),
        TimeProvider.System,
        Options.Create(options ?? new CoordinationOptions()),
        Options.Create(new PartitionOptions()),
        NullLogger<NodeDrain>.Instance);

    private void Submit(TestOwner owner) => _node.Partition.Submit(new PendingOperation(Some.Put, owner: owner));

    private List<PeerRequestKind> TakeAllSent()
    {
        var kinds = new List<PeerRequestKind>();
        while (_node.Peers.SentCount > 0)
        {
            kinds.Add(_node.Peers.TakeSent().Request.Kind);
        }

        return kinds;
    }

    /// <summary>Nobody connects in these tests.</summary>
    private sealed class NoRequests : IPeerRequestHandler
    {
        public void OnPeerRequest(IPeerConnection from, PeerRequest request, System.Diagnostics.ActivityContext trace)
        {
        }

        public void OnOperation(IPeerConnection from, long correlation, OperationRequest request)
        {
        }
    }
}
