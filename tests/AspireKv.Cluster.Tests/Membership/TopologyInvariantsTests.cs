using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Membership;

/// <summary>Each rule is broken on its own, so that a checker that forgets one is seen.</summary>
public sealed class TopologyInvariantsTests
{
    /// <summary>Partition 0 moves from node 1 to node 3; node 4 is idle.</summary>
    private static readonly ClusterTopology Sample = SampleOf();

    [Fact]
    public void FindFaults_OfASoundTopology_FindsNone() => Assert.Empty(TopologyInvariants.FindFaults(Sample));

    [Fact]
    public void FindFaults_OfNumbersThatCannotBe_NamesThem()
    {
        AssertFault("Version 0", Sample with { Version = 0 });
        AssertFault("generation -1", Sample with { Generation = -1 });
        AssertFault("replication factor of 0", Sample with { ReplicationFactor = 0 });
        AssertFault("replication factor of 8", Sample with { ReplicationFactor = 8 });
        AssertFault("No cluster has 4 partitions", Sample with { Partitions = [.. Sample.Partitions, Sample.Partitions[1]] });
    }

    [Fact]
    public void FindFaults_OfMembersThatCannotBe_NamesThem()
    {
        AssertFault("0 members", Sample with { Members = [] });
        AssertFault("Member 3 stands behind 4", Sample with { Members = [.. Sample.Members.Reverse()] });
        AssertFault("Member 1 stands behind 1", Sample with { Members = [Sample.Members[0], .. Sample.Members] });
        AssertFault("registered in version 6", WithMember(Sample.Members[0] with { Registered = 6 }));
        AssertFault("registered in version -1", WithMember(Sample.Members[0] with { Registered = -1 }));
    }

    [Fact]
    public void FindFaults_OfPartitionsThatNameWhoMayNotHoldThem_NamesThem()
    {
        AssertFault("names node 9", WithTarget(1, 9));
        AssertFault("names node 4", WithTarget(1, 4));
        AssertFault("names node 1", WithMember(Sample.Members[0] with { State = MemberState.Idle }));
        AssertFault("names node 1", WithMember(Sample.Members[0] with { Registered = 0 }));
        AssertFault("names node 3", WithMember(Sample.Members[2] with { State = MemberState.Idle }));
    }

    [Fact]
    public void FindFaults_OfConfigsThatCannotBe_NamesThem()
    {
        AssertFault("has epoch 6", WithConfig(Config(6, [1, 2], [])));
        AssertFault("has epoch 0", WithConfig(Config(0, [1, 2], [])));
        AssertFault("cannot be on []", WithConfig(Config(5, [], [])));
        AssertFault("cannot be on [1,1]", WithTarget(1, 1));
        AssertFault("cannot be on [1,2,3,1,2,3,1,2]", WithTarget(1, 2, 3, 1, 2, 3, 1, 2));
        AssertFault("too much in one move", WithConfig(Config(5, [1], [1])));
        AssertFault("moves without a target", WithConfig(Config(5, [1, 2], [2, 3])) with { });
        AssertFault("given to node 1 at 6", WithConfig(Config(5, [1], [], since: 6)));
        AssertFault("given to node 1 at 0", WithConfig(Config(5, [1], [], since: 0)));
    }

    [Fact]
    public void FindFaults_OfAMoveOfTwoReplicasAtOnce_NamesIt()
    {
        var first = Sample.Partitions[0] with { Config = Config(5, [1, 2], [3, 5]) };

        AssertFault("too much in one move", Sample with
        {
            Members = [.. Sample.Members, new TopologyMember(TestTopologies.Life(new NodeId(5)), 1, MemberState.Active)],
            Partitions = [first, .. Sample.Partitions.Skip(1)],
        });
    }

    [Fact]
    public void FindFaultsOfStep_OfStepsThatAreSound_FindsNone()
    {
        Assert.Empty(TopologyInvariants.FindFaultsOfStep(Sample, Next));
        Assert.Empty(TopologyInvariants.FindFaultsOfStep(Sample, Next with { Generation = 3 }));
    }

    [Fact]
    public void FindFaultsOfStep_OfAVersionOrAGenerationThatDoesNotFollow_NamesIt()
    {
        AssertFaultOfStep("does not follow", Sample);
        AssertFaultOfStep("does not follow", Sample with { Version = 7 });
        AssertFaultOfStep("does not follow", Next with { Generation = 1 });
        AssertFaultOfStep("does not follow", Next with { Generation = 4 });
    }

    [Fact]
    public void FindFaultsOfStep_OfAnotherCluster_NamesIt()
    {
        AssertFaultOfStep("another one", Next with { ClusterId = Guid.Empty });
        AssertFaultOfStep("another one", Next with { Partitions = [.. Sample.Partitions, .. Sample.Partitions.Take(2)] });
    }

    [Fact]
    public void FindFaultsOfStep_OfANewLifeUnderAnotherVersion_NamesIt()
    {
        var life = Sample.Members[0] with { Identity = Sample.Members[0].Identity with { Incarnation = 77 } };

        AssertFaultOfStep("life of member 1", Next with { Members = [life, .. Sample.Members.Skip(1)] });
        Assert.Empty(TopologyInvariants.FindFaultsOfStep(
            Sample, Next with { Members = [life with { Registered = 6 }, .. Sample.Members.Skip(1)] }));
    }

    [Fact]
    public void FindFaultsOfStep_OfConfigs_TellsStepsFromLeaps()
    {
        AssertSound(0, Config(6, [1, 2], [], 1, 1));
        AssertSound(0, Config(6, [3, 2], [], 5, 1));
        AssertSound(1, Config(6, [2, 1], [], 1, 1));
        AssertSound(1, Config(6, [1, 2], [1, 3], 1, 1, 6));

        AssertLeap("has epoch 5", 1, Config(5, [2, 1], [], 1, 1));
        AssertLeap("no step leads", 0, Config(6, [1, 3], [], 1, 5));
        AssertLeap("no step leads", 0, Config(6, [1, 2], [1, 3], 1, 1, 5));
        AssertLeap("no step leads", 1, Config(6, [1, 3], [], 1, 6));
        AssertLeap("no step leads", 1, Config(6, [1], [], 1));
        AssertLeap("no step leads", 1, Config(6, [2, 1], [2, 3], 1, 1, 6));
    }

    /// <summary>Who keeps the partition keeps its grant, and whoever is given it anew has a new one: what it stored is void.</summary>
    [Fact]
    public void FindFaultsOfStep_OfGrants_TellsKeptOnesFromNewOnes()
    {
        AssertLeap("node 1 has the grant", 1, Config(6, [2, 1], [], 1, 6));
        AssertLeap("node 3 has the grant", 1, Config(6, [1, 2], [1, 3], 1, 1, 5));
        AssertLeap("node 3 has the grant", 0, Config(6, [3, 2], [], 6, 1));
    }

    private static ClusterTopology Next => Sample with { Version = 6 };

    private static ClusterTopology SampleOf()
    {
        var founded = TestTopologies.Founded(nodes: 3, partitions: 2, replicationFactor: 2);
        return founded with
        {
            Version = 5,
            Generation = 2,
            Members = [.. founded.Members, new TopologyMember(TestTopologies.Life(new NodeId(4)), 5, MemberState.Idle)],
            Partitions =
            [
                new PartitionAssignment(Config(5, [1, 2], [3, 2], 1, 1, 5), TestTopologies.Nodes(3, 2)),
                new PartitionAssignment(Config(1, [1, 2], [], 1, 1), []),
                new PartitionAssignment(Config(1, [1, 2], [], 1, 1), []),
            ],
        };
    }

    private static PartitionConfig Config(long epoch, int[] replicas, int[] nextReplicas, params long[] since)
    {
        var (from, to) = (TestTopologies.Nodes(replicas), TestTopologies.Nodes(nextReplicas));
        return new PartitionConfig(
            epoch,
            from,
            to,
            from.Union(to).Index().ToDictionary(
                node => node.Item, node => new Grant(since.ElementAtOrDefault(node.Index), TestTopologies.Life(node.Item).Incarnation)));
    }

    private static PartitionConfig Config(long epoch, int[] replicas, int[] nextReplicas, long since = 1) =>
        Config(epoch, replicas, nextReplicas, [.. Enumerable.Repeat(since, 8)]);

    private static ClusterTopology WithMember(TopologyMember member) =>
        Sample with { Members = [.. Sample.Members.Select(other => other.Id == member.Id ? member : other)] };

    private static ClusterTopology WithTarget(params int[] target) =>
        With(1, Sample.Partitions[1] with { Target = TestTopologies.Nodes(target) });

    private static ClusterTopology WithConfig(PartitionConfig config) => With(1, new PartitionAssignment(config, []));

    private static ClusterTopology With(int partition, PartitionAssignment assignment) => Sample with
    {
        Partitions = [.. Sample.Partitions.Index().Select(other => other.Index == partition ? assignment : other.Item)],
    };

    private static void AssertFault(string expected, ClusterTopology topology) =>
        Assert.Contains(expected, string.Join(' ', TopologyInvariants.FindFaults(topology)), StringComparison.OrdinalIgnoreCase);

    private static void AssertFaultOfStep(string expected, ClusterTopology after) =>
        Assert.Contains(expected, string.Join(' ', TopologyInvariants.FindFaultsOfStep(Sample, after)), StringComparison.Ordinal);

    private static void AssertSound(int partition, PartitionConfig config) =>
        Assert.Empty(TopologyInvariants.FindFaultsOfStep(Sample, StepTo(partition, config)));

    private static void AssertLeap(string expected, int partition, PartitionConfig config) =>
        AssertFaultOfStep(expected, StepTo(partition, config));

    private static ClusterTopology StepTo(int partition, PartitionConfig config) =>
        With(partition, Sample.Partitions[partition] with { Config = config }) with { Version = 6 };
}
