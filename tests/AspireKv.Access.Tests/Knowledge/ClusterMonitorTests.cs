using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Access.Tests.Fakes;
using AspireKv.Cluster.Topology;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Access.Tests.Knowledge;

public sealed class ClusterMonitorTests : IDisposable
{
    private static readonly FakeTimeProvider Time = new();

    private readonly FakeCluster _cluster = new();
    private readonly ClusterMonitor _monitor;

    public ClusterMonitorTests() => _monitor = new ClusterMonitor(
        _cluster.Nodes,
        new NodeSurvey(_cluster.Nodes, Time),
        _cluster.Knowledge,
        Options.Create(new AccessOptions()),
        Time,
        NullLogger<ClusterMonitor>.Instance);

    public void Dispose() => _monitor.Dispose();

    [Fact]
    public async Task Round_NobodyAnswers_LeavesWhatIsKnown()
    {
        _cluster.Known();

        await _monitor.RunRoundAsync(CancellationToken.None);

        Assert.NotNull(_cluster.Knowledge.View.Founding);
        Assert.Equal([FakeCluster.One], _cluster.Knowledge.View.Statuses.Keys);
    }

    [Fact]
    public async Task Round_SomeAnswer_TakesWhatTheyTell()
    {
        var holds = FakeCluster.Partition(1, 2, FakeCluster.Two, holdsBallot: true);
        _cluster.Link(FakeCluster.Two).Status = FakeCluster.Status(FakeCluster.Two, holds);

        await _monitor.RunRoundAsync(CancellationToken.None);

        Assert.Equal(FakeCluster.Founding.ClusterId, _cluster.Knowledge.View.Founding?.ClusterId);
        Assert.Equal(FakeCluster.Two, _cluster.Knowledge.HolderOf(1));
    }

    [Fact]
    public async Task Round_NodeGoesByANewerTopology_HasLinksToItsMembersAndGoesByItsConfigs()
    {
        _cluster.Known();
        var first = _cluster.Knowledge.View.Topology!;
        var moved = new PartitionConfig(
            2, [FakeCluster.Three], [], new Dictionary<NodeId, Grant> { [FakeCluster.Three] = new Grant(1, 3) });
        _cluster.Link(FakeCluster.Two).Topology = first with
        {
            Version = 2,
            Members = [.. first.Members.Skip(1), new TopologyMember(new Member(new NodeId(4), "node4", 4), 2, MemberState.Idle)],
            Partitions = [first.Partitions[0] with { Config = moved }, .. first.Partitions.Skip(1)],
        };

        await _monitor.RunRoundAsync(CancellationToken.None);

        Assert.Equal(["node2", "node3", "node4"], _cluster.Nodes.Current.All.Select(link => link.Name));
        Assert.Equal([FakeCluster.Three], _cluster.Knowledge.View.Find(0)!.Replicas);
        Assert.Equal(2, _cluster.Knowledge.View.Topology!.Version);
    }

    [Fact]
    public async Task CatchUp_EndsOnceTheTopologyIsKnown()
    {
        using var monitor = await StartAsync();
        _cluster.Link(FakeCluster.Two).Topology = _cluster.Knowledge.View.Topology! with { Version = 2 };

        await monitor.CatchUpAsync(2, TimeSpan.FromMinutes(1)).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        Assert.Equal(2, _cluster.Knowledge.View.Topology!.Version);
        await monitor.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task CatchUp_WithATopologyThatNobodyTells_IsGivenUp()
    {
        using var monitor = await StartAsync();

        await monitor.CatchUpAsync(2, TimeSpan.FromMilliseconds(50)).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        Assert.Equal(1, _cluster.Knowledge.View.Topology!.Version);
        await monitor.StopAsync(CancellationToken.None);
    }

    /// <summary>Who does not know the cluster can take no values: the usual interval, here a minute, would be too long.</summary>
    [Fact]
    public async Task Rounds_WhileTheClusterIsNotKnown_FollowEachOtherSoon()
    {
        using var monitor = new ClusterMonitor(
            _cluster.Nodes,
            new NodeSurvey(_cluster.Nodes, TimeProvider.System),
            _cluster.Knowledge,
            Options.Create(new AccessOptions { StatusInterval = TimeSpan.FromMinutes(1) }),
            TimeProvider.System,
            NullLogger<ClusterMonitor>.Instance);
        var link = _cluster.Link(FakeCluster.Two);
        await monitor.StartAsync(CancellationToken.None);
        await link.Asked.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        link.Status = FakeCluster.Status(FakeCluster.Two);

        await link.Told.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        await monitor.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.NotNull(_cluster.Knowledge.View.Founding);
    }

    [Fact]
    public async Task Round_Cancelled_Ends()
    {
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();

        await _monitor.StartAsync(stopping.Token);
        await _monitor.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
    }

    /// <summary>A monitor that knows the cluster and does not ask again by itself while a test runs.</summary>
    private async Task<ClusterMonitor> StartAsync()
    {
        _cluster.Known();
        var monitor = new ClusterMonitor(
            _cluster.Nodes,
            new NodeSurvey(_cluster.Nodes, TimeProvider.System),
            _cluster.Knowledge,
            Options.Create(new AccessOptions { StatusInterval = TimeSpan.FromMinutes(1) }),
            TimeProvider.System,
            NullLogger<ClusterMonitor>.Instance);
        await monitor.StartAsync(CancellationToken.None);
        return monitor;
    }
}
