using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Membership;

namespace AspireKv.StorageNode.Tests.Membership;

public sealed class FoundingCheckTests
{
    private static readonly FoundingRecord Stored = new()
    {
        ClusterId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
        PartitionCount = 256,
        ReplicationFactor = 3,
        VirtualNodes = 128,
        HashVersion = FoundingRecord.CurrentHashVersion,
        MaxValueBytes = 1024 * 1024,
        Members = [.. Enumerable.Range(1, 3).Select(id => new Member(new NodeId(id), $"node{id}", (ulong)id))],
        Placement = [],
    };

    [Fact]
    public void Configuration_AsFounded_HasNoDifference() => Assert.Null(FoundingCheck.FindDifference(Stored, Configured()));

    [Fact]
    public void Configuration_OtherVirtualNodes_IsNoDifference()
    {
        // These settings shape the first placement only, and that is stored.
        var configured = Configured();
        configured.VirtualNodes = 64;

        Assert.Null(FoundingCheck.FindDifference(Stored, configured));
    }

    /// <summary>The topology says who is a member, and configuration only how a process finds its cluster the first time.</summary>
    [Fact]
    public void Configuration_OneNodeMore_IsNoDifference()
    {
        var configured = Configured();
        configured.Members.Add("4", "node4");

        Assert.Null(FoundingCheck.FindDifference(Stored, configured));
    }

    [Fact]
    public void Configuration_OtherReplicationFactor_IsNoDifference()
    {
        var configured = Configured();
        configured.ReplicationFactor = 2;

        Assert.Null(FoundingCheck.FindDifference(Stored, configured));
    }

    [Fact]
    public void Configuration_OtherPartitions_SaysWhatIsStored()
    {
        var configured = Configured();
        configured.Partitions = 128;

        Assert.Contains("founded with 256", FoundingCheck.FindDifference(Stored, configured)!, StringComparison.Ordinal);
    }

    [Fact]
    public void Configuration_OtherLongestValue_SaysWhatIsStored()
    {
        var configured = Configured();
        configured.MaxValueBytes = 2_000_000;

        Assert.Equal(
            "Cluster:MaxValueBytes is 2000000, but the cluster was founded with 1048576: start it with that.",
            FoundingCheck.FindDifference(Stored, configured));
    }

    [Fact]
    public void Record_OfAnUnknownHash_IsADifference() =>
        Assert.NotNull(FoundingCheck.FindDifference(Stored with { HashVersion = FoundingRecord.CurrentHashVersion + 1 }, Configured()));

    private static ClusterOptions Configured() => new()
    {
        Members = Enumerable.Range(1, 3).ToDictionary(id => $"{id}", id => $"node{id}"),
    };
}
