using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Membership;

public sealed class TopologyPlannerTests
{
    private const int Partitions = 32;

    /// <summary>Nodes 1 to 4 hold everything three times; 5 and 6 are idle.</summary>
    private readonly ClusterTopology _topology = TestTopologies.WithIdle(nodes: 4, idle: 2, Partitions, replicationFactor: 3);

    [Fact]
    public void Plan_AddAnIdleMember_GivesItItsShareAndMovesNothingElse()
    {
        var plan = AssertPlan(new AddWish(new NodeId(5)));

        Assert.Equal(MemberState.Active, Assert.Single(plan.States).Value);
        Assert.All(plan.Moves, move => Assert.True(move.Joining.All(node => node.Value == 5)));
        Assert.InRange(plan.Copies, Partitions * 3 / 5, (Partitions * 3 / 5) + 1);
    }

    [Fact]
    public void Plan_DrainANode_CopiesOnlyWhatItHeld()
    {
        var plan = AssertPlan(new DrainWish(new NodeId(2)));

        Assert.Equal(MemberState.Draining, plan.States[new NodeId(2)]);
        Assert.DoesNotContain(plan.Targets, target => target.Contains(new NodeId(2)));
        Assert.Equal(ShareOf(plan, 2).Held + 1, plan.Copies);
    }

    [Fact]
    public void Plan_DrainAnIdleMember_ChangesNothing()
    {
        var plan = AssertPlan(new DrainWish(new NodeId(6)));

        Assert.Empty(plan.States);
        Assert.Empty(plan.Moves);
    }

    [Fact]
    public void Plan_RemoveANode_DrainsItAndThenItGoes()
    {
        var cluster = Commit(_topology, new RemoveWish(new NodeId(3)));

        Assert.Equal(MemberState.Removing, cluster.Topology.Find(new NodeId(3))!.State);
        cluster.DriveToTheEnd();
        Assert.Null(cluster.Topology.Find(new NodeId(3)));
        Assert.DoesNotContain(cluster.Topology.Partitions, assignment => assignment.Names(new NodeId(3)));
    }

    [Fact]
    public void Plan_ReplaceANode_GivesTheOtherExactlyItsPlaces()
    {
        var plan = AssertPlan(new ReplaceWish(new NodeId(2), new NodeId(6)));

        Assert.Equal((MemberState.Draining, MemberState.Active), (plan.States[new NodeId(2)], plan.States[new NodeId(6)]));
        Assert.Equal(
            _topology.Partitions.Select(partition => string.Join(',', partition.Config.Replicas).Replace('2', '6')),
            plan.Targets.Select(target => string.Join(',', target)));
        Assert.Contains(new NodeId(6), plan.Targets[^1]);
    }

    [Fact]
    public void Plan_ReplaceByANodeThatHoldsSomething_IsRefused() =>
        AssertRefused(TopologyRefusal.NodeInUse, new ReplaceWish(new NodeId(2), new NodeId(3)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Plan_AnotherReplicationFactor_GivesEachPartitionSoMany(int factor)
    {
        var plan = AssertPlan(new ReplicationWish(factor));

        Assert.All(plan.Targets.SkipLast(1), target => Assert.Equal(factor, target.Count));
        Assert.Equal((factor, 3), (plan.ReplicationFactor, plan.Targets[^1].Count));
        Assert.Equal(Math.Max(0, factor - 3) * Partitions, plan.Copies);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void Plan_AReplicationFactorThatCannotBe_IsRefused(int factor) =>
        AssertRefused(TopologyRefusal.OverLimit, new ReplicationWish(factor));

    [Fact]
    public void Plan_FewerNodesThanReplicas_IsRefused()
    {
        AssertRefused(TopologyRefusal.NotEnoughNodes, new DrainWish(new NodeId(1)), new RemoveWish(new NodeId(2)));
        AssertRefused(TopologyRefusal.NotEnoughNodes, new ReplicationWish(5));
        AssertPlan(new ReplicationWish(5), new AddWish(new NodeId(5)));
        AssertPlan(new ReplicationWish(2), new DrainWish(new NodeId(1)), new RemoveWish(new NodeId(2)));
    }

    [Fact]
    public void Plan_TheLastNode_IsNeverLetGo()
    {
        var alone = TestTopologies.Founded(nodes: 1, partitions: 2, replicationFactor: 1);

        Assert.Equal(TopologyRefusal.NotEnoughNodes, PlanOf(alone, new DrainWish(new NodeId(1))).Refusal?.Code);
    }

    /// <summary>A cluster of fewer nodes than replicas grows until there are enough; it need not be enough at once.</summary>
    [Fact]
    public void Plan_AddToAClusterThatIsTooSmall_FillsPartitionsUpAndWarns()
    {
        var topology = TestTopologies.WithIdle(nodes: 1, idle: 1, partitions: 4, replicationFactor: 3);

        var plan = PlanOf(topology, new AddWish(new NodeId(2))).Plan!;

        Assert.All(plan.Targets, target => Assert.Equal(2, target.Count));
        Assert.Contains(plan.Warnings, warning => warning.Contains("too few for 3 replicas", StringComparison.Ordinal));
    }

    [Fact]
    public void Plan_WhoNeverStarted_IsRefused()
    {
        var announced = TopologyChange.Announce(_topology, new NodeId(7), "node7").Next!;

        Assert.Equal(TopologyRefusal.UnknownNode, PlanOf(announced, new AddWish(new NodeId(7))).Refusal?.Code);
        AssertRefused(TopologyRefusal.UnknownNode, new AddWish(new NodeId(8)));
        AssertRefused(TopologyRefusal.UnknownNode, new ReplaceWish(new NodeId(8), new NodeId(5)));
        AssertRefused(TopologyRefusal.UnknownNode, new ReplaceWish(new NodeId(2), new NodeId(8)));
    }

    [Fact]
    public void Plan_TwoWishesAboutOneNode_IsRefused()
    {
        AssertRefused(TopologyRefusal.NodeInUse, new AddWish(new NodeId(5)), new DrainWish(new NodeId(5)));
        AssertRefused(TopologyRefusal.NodeInUse, new ReplaceWish(new NodeId(5), new NodeId(5)));
    }

    [Fact]
    public void Plan_ANodeThatIsBeingRemoved_IsRefusedUntilThatIsCancelled()
    {
        var cluster = Commit(_topology, new RemoveWish(new NodeId(3)));

        Assert.Equal(TopologyRefusal.PlanPending, PlanOf(cluster.Topology, new AddWish(new NodeId(3))).Refusal?.Code);
        Assert.Equal(TopologyRefusal.PlanPending, PlanOf(cluster.Topology, new DrainWish(new NodeId(3))).Refusal?.Code);
        Assert.NotNull(PlanOf(cluster.Topology, new RemoveWish(new NodeId(3))).Plan);

        cluster.Follow(TopologyChange.Cancel(cluster.Topology, 1).Next!);
        Assert.NotNull(PlanOf(cluster.Topology, new AddWish(new NodeId(3))).Plan);
    }

    [Theory]
    [InlineData("1,2,3")]
    [InlineData("4,3,2")]
    [InlineData("4,3,2,1,5")]
    public void Plan_WhereTheSystemPartitionIs_IsWhereTheOperatorSays(string nodes)
    {
        var plan = AssertPlan(new SystemWish([.. Parse(nodes)]), new AddWish(new NodeId(5)));

        Assert.Equal(nodes, string.Join(',', plan.Targets[^1]));
    }

    [Theory]
    [InlineData("1", TopologyRefusal.NotEnoughNodes)]
    [InlineData("1,2", TopologyRefusal.NotEnoughNodes)]
    [InlineData("1,2,5", TopologyRefusal.UnknownNode)]
    [InlineData("1,2,9", TopologyRefusal.UnknownNode)]
    [InlineData("1,2,2", TopologyRefusal.OverLimit)]
    public void Plan_WhereTheSystemPartitionCannotBe_IsRefused(string nodes, string code) =>
        AssertRefused(code, new SystemWish([.. Parse(nodes)]));

    [Fact]
    public void Plan_TheSystemPartitionOnAnEvenNumberOfNodes_IsRefused() =>
        AssertRefused(TopologyRefusal.OverLimit, new SystemWish([.. Parse("1,2,3,5")]), new AddWish(new NodeId(5)));

    [Theory]
    [InlineData(6, "1,2,3", "1,2,3")]
    [InlineData(7, "1,2,3", "1,2,3,4,5")]
    [InlineData(8, "1,2,3,4,5", "1,2,3,4,5")]
    public void Plan_AddANode_GrowsTheSystemPartitionWithTheCluster(int members, string before, string after)
    {
        var topology = TestTopologies.WithIdle(members - 1, idle: 1, Partitions, replicationFactor: 3);

        var plan = PlanOf(topology, new AddWish(new NodeId(members))).Plan!;

        Assert.Equal((before, after), (string.Join(',', topology.Partitions[^1].Config.Replicas), string.Join(',', plan.Targets[^1])));
    }

    [Theory]
    [InlineData(7, "1,3,4,5,6")]
    [InlineData(5, "1,3,4")]
    public void Plan_DrainASystemReplica_MovesTheSystemPartitionToo(int members, string after)
    {
        var topology = TestTopologies.Founded(members, Partitions, replicationFactor: 3);

        var plan = PlanOf(topology, new DrainWish(new NodeId(2))).Plan!;

        Assert.Equal(after, string.Join(',', plan.Targets[^1]));
    }

    [Fact]
    public void Plan_Order_EvensLeadsAndMovesNoData()
    {
        var lopsided = _topology with
        {
            Partitions = [.. _topology.Partitions.Select(assignment => assignment with { Config = Sorted(assignment.Config) })],
        };

        var plan = PlanOf(lopsided, new OrderWish()).Plan!;

        Assert.All(plan.Shares.Where(share => share.Held > 0), share => Assert.Equal(Partitions / 4, share.WillLead));
        Assert.Equal(0, plan.Copies);
        Assert.NotEmpty(plan.Moves);
    }

    [Fact]
    public void Plan_OfPartitionsWithoutAQuorum_IsRefusedAndNamesThem()
    {
        var outcome = TopologyPlanner.Plan(_topology, [new DrainWish(new NodeId(2))], FactsOf(_topology, 3, 4));

        Assert.Equal(TopologyRefusal.PartitionWithoutQuorum, outcome.Refusal?.Code);
        Assert.Matches("of partitions [0-9, ]+ and [0-9]+ more answer", outcome.Refusal!.Detail);
    }

    [Fact]
    public void Plan_OfTheSystemPartitionWithoutAQuorum_IsRefusedAndSaysSo()
    {
        var outcome = TopologyPlanner.Plan(_topology, [new SystemWish([.. Parse("3,2,1")])], FactsOf(_topology, 2, 3));

        Assert.Contains("of partition 32 (system) answer", outcome.Refusal?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_ToNodesThatDoNotAnswer_IsRefusedWhereTheyWouldBeAMajority()
    {
        AssertRefused(
            TopologyRefusal.PartitionWithoutQuorum, FactsOf(_topology, 4, 5, 6), new SystemWish([.. Parse("4,5,6")]),
            new AddWish(new NodeId(5)), new AddWish(new NodeId(6)));
    }

    [Fact]
    public void Plan_DrainADeadNode_IsPossible() =>
        Assert.NotNull(TopologyPlanner.Plan(_topology, [new DrainWish(new NodeId(2))], FactsOf(_topology, 2)).Plan);

    [Fact]
    public void Plan_ToADeadNode_Warns()
    {
        var plan = TopologyPlanner.Plan(_topology, [new AddWish(new NodeId(5))], FactsOf(_topology, 5)).Plan!;

        Assert.Contains(plan.Warnings, warning => warning.StartsWith("Node 5 does not answer", StringComparison.Ordinal));
    }

    [Fact]
    public void Plan_WhatIsCopied_IsCountedAsFarAsItIsKnown()
    {
        var facts = FactsOf(_topology) with
        {
            Sizes = Enumerable.Range(0, Partitions).ToDictionary(partition => partition, partition => new PartitionSize(10, 1000)),
        };

        var plan = TopologyPlanner.Plan(_topology, [new AddWish(new NodeId(5))], facts).Plan!;

        Assert.Equal((10L * plan.Copies, 1000L * plan.Copies), (plan.Entries, plan.Bytes));
        Assert.Empty(plan.Warnings);
        Assert.Contains(AssertPlan(new AddWish(new NodeId(5))).Warnings, warning =>
            warning.StartsWith("How much", StringComparison.Ordinal));
    }

    [Fact]
    public void Plan_OnTopOfAPendingOne_StartsFromItsTargetsAndWarns()
    {
        var cluster = Commit(_topology, new AddWish(new NodeId(5)));
        cluster.Drive();

        var plan = PlanOf(cluster.Topology, new OrderWish()).Plan!;

        Assert.Equal(
            cluster.Topology.Partitions.Select(assignment => string.Join(',', assignment.Goal)),
            plan.Targets.Select(target => string.Join(',', target)));
        Assert.Contains(plan.Warnings, warning => warning.StartsWith("A plan is being carried out", StringComparison.Ordinal));
    }

    /// <summary>So whoever is handed a plan can plan anew and compare.</summary>
    [Fact]
    public void Plan_Again_HasTheSameIdHoweverFarTheLastPlanIs()
    {
        var cluster = Commit(_topology, new AddWish(new NodeId(5)));
        var first = PlanOf(cluster.Topology, new AddWish(new NodeId(6))).Plan!.Id;

        cluster.DriveToTheEnd();

        Assert.Equal(first, PlanOf(cluster.Topology, new AddWish(new NodeId(6))).Plan!.Id);
        Assert.StartsWith("1-", first, StringComparison.Ordinal);
        Assert.NotEqual(first, PlanOf(cluster.Topology, new AddWish(new NodeId(6)), new OrderWish()).Plan!.Id);
        Assert.InRange(first.Length, 1, ClusterTopology.MaxPlanIdLength);
    }

    private static PartitionConfig Sorted(PartitionConfig config) => new(
        config.Epoch, [.. config.Replicas.Order()], [], config.Replicas.ToDictionary(node => node, node => config.GrantOf(node)!.Value));

    private static IEnumerable<NodeId> Parse(string nodes) => nodes.Split(',').Select(NodeId.Parse);

    private static PlannedShare ShareOf(TopologyPlan plan, int node) => plan.Shares.Single(share => share.Node.Value == node);

    private static PlanFacts FactsOf(ClusterTopology topology, params int[] dead) => new()
    {
        Alive = topology.Members.Select(member => member.Id).Where(node => !dead.Contains(node.Value)).ToHashSet(),
    };

    private static PlanOutcome PlanOf(ClusterTopology topology, params PlanWish[] wishes) =>
        TopologyPlanner.Plan(topology, wishes, FactsOf(topology));

    private TopologyPlan AssertPlan(params PlanWish[] wishes)
    {
        var outcome = PlanOf(_topology, wishes);
        Assert.Null(outcome.Refusal);
        return outcome.Plan!;
    }

    private void AssertRefused(string code, params PlanWish[] wishes) => AssertRefused(code, FactsOf(_topology), wishes);

    private void AssertRefused(string code, PlanFacts facts, params PlanWish[] wishes)
    {
        var outcome = TopologyPlanner.Plan(_topology, wishes, facts);
        Assert.Null(outcome.Plan);
        Assert.Equal(code, outcome.Refusal?.Code);
    }

    private static DrivenCluster Commit(ClusterTopology topology, params PlanWish[] wishes)
    {
        var cluster = new DrivenCluster(topology);
        cluster.Follow(TopologyChange.Commit(topology, PlanOf(topology, wishes).Plan!).Next!);
        return cluster;
    }
}
