using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Storage.Tests;

public sealed class KeptTopologyTests : IDisposable
{
    private static readonly Member Self = new(new NodeId(1), "node1", 7);

    private static readonly ClusterTopology First = FoundingTopology.Of(new FoundingRecord
    {
        ClusterId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
        PartitionCount = 1,
        ReplicationFactor = 1,
        VirtualNodes = 1,
        HashVersion = FoundingRecord.CurrentHashVersion,
        MaxValueBytes = 1_000,
        Members = [Self],
        Placement = [[Self.Id]],
    });

    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Topology_ThatWasWritten_IsThereAfterARestart()
    {
        await using (var engine = _fixture.Open())
        {
            Assert.Null(engine.Topology);
            Assert.True(engine.WriteTopology(First with { Version = 5, Generation = 2 }));
        }

        await using var again = _fixture.Open();

        Assert.Equal((5, 2), (again.Topology!.Version, again.Topology.Generation));
        Assert.Equal(Self, Assert.Single(again.Topology.Members).Identity);
    }

    [Fact]
    public async Task Topology_ThatIsNotNewer_IsNotWritten()
    {
        await using var engine = _fixture.Open();
        engine.WriteTopology(First with { Version = 5 });

        Assert.False(engine.WriteTopology(First with { Version = 5, Generation = 1 }));
        Assert.False(engine.WriteTopology(First with { Version = 4 }));
        Assert.Equal((5, 0), (engine.Topology!.Version, engine.Topology.Generation));
    }
}
