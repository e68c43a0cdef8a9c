using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Tests.World;
using AspireKv.StorageNode.Topology;
using AspireKv.Transport.Questions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Tests.Topology;

public sealed class RegistrationTests : IAsyncDisposable
{
    private static readonly Member Stranger = new(new NodeId(4), "node4", 44);

    private readonly TestNode _node = new TestNode().TakePart(leastMembers: 1);

    [Fact]
    public async Task Stranger_InDevelopment_BecomesASpareWithItsAddress()
    {
        Assert.Equal("", await AskAsync(Environments.Development));

        var member = _node.Topology.Current!.Find(Stranger.Id)!;
        Assert.Equal((Stranger, MemberState.Idle, "10.0.0.4:7101"), (member.Identity, member.State, member.Address));
        Assert.True(_node.Topology.IsRegistered(Stranger.Id, Stranger.Incarnation));
    }

    [Fact]
    public async Task Stranger_ThatAsksAgain_ChangesNothing()
    {
        await AskAsync(Environments.Development);

        Assert.Equal("", await AskAsync(Environments.Development));
        Assert.Equal(2, _node.Topology.Version);
    }

    [Fact]
    public async Task Member_ThatMoved_IsKnownByItsNewAddress()
    {
        await AskAsync(Environments.Development);

        Assert.Equal("", await AskAsync(Environments.Production, address: "10.0.0.5:7101"));
        Assert.Equal("10.0.0.5:7101", _node.Topology.Current!.Find(Stranger.Id)!.Address);
    }

    [Fact]
    public async Task Stranger_InProductionThatNobodyAnnounced_IsRefused()
    {
        Assert.Equal(TopologyRefusal.UnknownNode, await AskAsync(Environments.Production));
        Assert.Equal(1, _node.Topology.Version);
    }

    [Fact]
    public async Task Stranger_WhereTheOperatorOpenedTheCluster_IsTakenInProductionToo()
    {
        Assert.Equal("", await AskAsync(Environments.Production, isOpen: true));
        Assert.NotNull(_node.Topology.Current!.Find(Stranger.Id));
    }

    [Fact]
    public async Task Stranger_WhereTheOperatorClosedTheCluster_IsRefusedInDevelopmentToo() =>
        Assert.Equal(TopologyRefusal.UnknownNode, await AskAsync(Environments.Development, isOpen: false));

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private async Task<string> AskAsync(string environment, bool? isOpen = null, string address = "10.0.0.4:7101")
    {
        using var registration = new Registration(
            _node.Topology,
            new SystemPartition(_node.Hosted, _node.CreateRunner(), _node.Topology),
            _node.Self,
            null!,
            null!,
            Options.Create(new NodeOptions()),
            Options.Create(new ClusterOptions { OpenToNewMembers = isOpen }),
            new HostingEnvironment { EnvironmentName = environment },
            TimeProvider.System,
            NullLogger<Registration>.Instance);
        var answered = new TaskCompletionSource<RegistrationResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        registration.OnAsked(new Asked<RegistrationRequest, RegistrationResponse>(
            new FakeConnection(node: 4), new RegistrationRequest(Stranger, address, TakesShare: false), answered.SetResult));
        return (await answered.Task.WaitAsync(Patience.Limit)).Refusal;
    }
}
