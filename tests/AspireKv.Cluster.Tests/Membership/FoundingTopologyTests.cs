using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Membership;

public sealed class FoundingTopologyTests
{
    [Theory]
    [InlineData(1, "1")]
    [InlineData(2, "1,2")]
    [InlineData(3, "1,2,3")]
    [InlineData(6, "1,2,3")]
    [InlineData(7, "1,2,3,4,5")]
    [InlineData(20, "1,2,3,4,5")]
    public void SystemPartition_OfAFounding_IsOnTheLowestNumbers(int nodes, string expected) =>
        Assert.Equal(expected, string.Join(',', Founded(nodes).Partitions[^1].Config.Replicas));

    [Fact]
    public void FirstTopology_NamesWhatTheFoundingNames()
    {
        var record = TestTopologies.Record(nodes: 4, partitions: 8, replicationFactor: 3);

        var topology = FoundingTopology.Of(record);

        Assert.Equal((1, 0, record.ClusterId, 3, ""), (
            topology.Version, topology.Generation, topology.ClusterId, topology.ReplicationFactor, topology.LastPlan));
        Assert.Equal(8, topology.SystemPartition);
        Assert.Equal(record.Members, topology.Members.Select(member => member.Identity));
        Assert.All(topology.Members, member => Assert.Equal((1, MemberState.Active), (member.Registered, member.State)));
        Assert.Equal(
            record.Placement.SelectMany(replicas => replicas),
            topology.Partitions.SkipLast(1).SelectMany(assignment => assignment.Config.Replicas));
    }

    [Fact]
    public void FirstTopology_GivesEachPartitionToTheFirstLives()
    {
        var topology = Founded(5);

        Assert.All(topology.Partitions, assignment => Assert.All(assignment.Config.Voters, node =>
            Assert.Equal(new Grant(1, topology.Find(node)!.Identity.Incarnation), assignment.Config.GrantOf(node))));
        Assert.All(topology.Partitions, assignment => Assert.Equal((1, false), (assignment.Config.Epoch, assignment.IsPending)));
    }

    [Fact]
    public void FirstTopology_OfAFoundingOutOfOrder_HasItsMembersByNumber()
    {
        var record = TestTopologies.Record(nodes: 4, partitions: 1, replicationFactor: 2);

        var topology = FoundingTopology.Of(record with { Members = [.. record.Members.Reverse()] });

        Assert.Equal(record.Members, topology.Members.Select(member => member.Identity));
    }

    [Fact]
    public void Find_OfEachMemberAndOfOthers_FindsMembersOnly()
    {
        var topology = Founded(5);

        Assert.All(topology.Members, member => Assert.Same(member, topology.Find(member.Id)));
        Assert.Null(topology.Find(NodeId.None));
        Assert.Null(topology.Find(new NodeId(6)));
    }

    private static ClusterTopology Founded(int nodes) => TestTopologies.Founded(nodes, partitions: 4, replicationFactor: 3);
}
