using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Tests.World;
using AspireKv.StorageNode.Topology;
using AspireKv.Transport.Questions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Tests.Topology;

public sealed class TopologyDrivingTests : IAsyncDisposable
{
    private readonly TestNode _node = new TestNode().TakePart(leastMembers: 1);
    private readonly SystemPartition _system;
    private readonly TopologyDriving _driving;

    public TopologyDrivingTests()
    {
        _system = new SystemPartition(_node.Hosted, _node.CreateRunner(), _node.Topology);
        _driving = new TopologyDriving(
            _system,
            _node.Topology,
            _node.Self,
            new LifeRegister(_node.Self, _node.Engine, TimeProvider.System, Options.Create(new AdmissionOptions())),
            _node.Hosted,
            _node.Peers,
            null!,
            TimeProvider.System,
            NullLogger<TopologyDriving>.Instance);
    }

    [Fact]
    public async Task Coordinator_OfTheSystemPartition_DoesWhatIsDue()
    {
        await LetASpareGoAsync();

        await _driving.StartAsync(default);

        await GoneAsync().WaitAsync(Patience.Limit);
        await _driving.StopAsync(default);
    }

    [Fact]
    public void Moves_WhereNothingMoves_AreNone()
    {
        MovesResponse? answered = null;

        _driving.OnAsked(new Asked<MovesRequest, MovesResponse>(new FakeConnection(), default, answer => answered = answer));

        Assert.Empty(answered!.Moves);
    }

    public async ValueTask DisposeAsync()
    {
        _driving.Dispose();
        await _node.DisposeAsync();
    }

    private static ClusterTopology WithALeavingSpare(ClusterTopology topology) => topology with
    {
        Version = topology.Version + 1,
        Members = [.. topology.Members, new TopologyMember(new Member(new NodeId(4), "node4", 44), 2, MemberState.Removing)],
    };

    private Task<ClusterTopology> LetASpareGoAsync() => _system.ChangeAsync(WithALeavingSpare).WaitAsync(Patience.Limit);

    private Task GoneAsync()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _node.Topology.Listen(topology =>
        {
            if (topology.Find(new NodeId(4)) is null)
            {
                gone.TrySetResult();
            }
        });
        return gone.Task;
    }
}
