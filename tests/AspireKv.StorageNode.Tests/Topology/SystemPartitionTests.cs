using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Tests.World;
using AspireKv.StorageNode.Topology;

namespace AspireKv.StorageNode.Tests.Topology;

/// <summary>The topology of a cluster of one node, in a real engine.</summary>
public sealed class SystemPartitionTests : IAsyncDisposable
{
    private readonly TestNode _node = new();
    private readonly SystemPartition _system;

    public SystemPartitionTests() => _system = new SystemPartition(_node.Hosted, _node.CreateRunner(), _node.Topology);

    [Fact]
    public async Task Read_BeforeAnyChange_IsWhatFollowsFromTheFounding()
    {
        _node.TakePart(leastMembers: 1);

        Assert.Equal(1, (await _system.ReadAsync().WaitAsync(Patience.Limit)).Version);
        Assert.True(_system.IsCoordinator);
    }

    [Fact]
    public async Task Read_BeforeThereIsACluster_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<TopologyUnavailableException>(() => _system.ReadAsync().WaitAsync(Patience.Limit));

        Assert.False(refused.IsUnknown);
    }

    [Fact]
    public async Task Change_IsReadAgainAndBelievedAndKept()
    {
        _node.TakePart(leastMembers: 1);

        await ChangeAsync(Drain);

        Assert.Equal(2, (await _system.ReadAsync().WaitAsync(Patience.Limit)).Version);
        Assert.Equal(MemberState.Draining, _node.Topology.Current!.Find(_node.Self.Id)!.State);
        Assert.Equal(2, _node.Engine.Topology!.Version);
    }

    [Fact]
    public async Task Change_ThatChangesNothing_LeavesTheVersion()
    {
        _node.TakePart(leastMembers: 1);

        Assert.Equal(1, (await ChangeAsync(static _ => null)).Version);
    }

    /// <summary>Two operators at once: the one that comes second sees what the first one did.</summary>
    [Fact]
    public async Task Change_WhileAnotherIsMade_IsMadeOnTopOfIt()
    {
        _node.TakePart(leastMembers: 1);
        var seen = new List<long>();
        Task? other = null;

        var last = await ChangeAsync(topology =>
        {
            seen.Add(topology.Version);
            if (other is null)
            {
                other = ChangeAsync(Drain);
                other.Wait(Patience.Limit);
            }

            return topology with { Version = topology.Version + 1, Generation = 9 };
        });

        Assert.Equal([1, 2], seen);
        Assert.Equal((3, 9), (last.Version, last.Generation));
        Assert.Equal(MemberState.Draining, last.Find(_node.Self.Id)!.State);
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private static ClusterTopology Drain(ClusterTopology topology) => topology with
    {
        Version = topology.Version + 1,
        Members = [.. topology.Members.Select(static member => member with { State = MemberState.Draining })],
    };

    private Task<ClusterTopology> ChangeAsync(Func<ClusterTopology, ClusterTopology?> change) =>
        _system.ChangeAsync(change).WaitAsync(Patience.Limit);
}
