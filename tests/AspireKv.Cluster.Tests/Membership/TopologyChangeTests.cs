using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Membership;

public sealed class TopologyChangeTests
{
    private static readonly Member Fourth = new(new NodeId(4), "node4", 4004);

    private readonly ClusterTopology _topology = TestTopologies.Founded(nodes: 3, partitions: 2, replicationFactor: 2);

    [Fact]
    public void Register_ANumberThatIsFree_MakesAnIdleMember()
    {
        var next = AssertStep(_topology, TopologyChange.Register(_topology, Fourth, "host:80", mayBeNew: true));

        Assert.Equal(new TopologyMember(Fourth, 2, MemberState.Idle) { Address = "host:80" }, next.Find(Fourth.Id));
        Assert.Equal((0, ""), (next.Generation, next.LastPlan));
    }

    [Fact]
    public void Register_ANumberThatNobodyAnnounced_IsRefusedWhereItMustBe() =>
        AssertRefused(TopologyRefusal.UnknownNode, TopologyChange.Register(_topology, Fourth, "", mayBeNew: false));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Register_ANumberThatWasAnnounced_IsItsFirstLife(bool mayBeNew)
    {
        var announced = AssertStep(_topology, TopologyChange.Announce(_topology, Fourth.Id, "other"));

        var next = AssertStep(announced, TopologyChange.Register(announced, Fourth, "", mayBeNew));

        Assert.Equal(new TopologyMember(Fourth, 3, MemberState.Idle), next.Find(Fourth.Id));
    }

    /// <summary>The former life may be alive: that another one took its place is for those to judge who admit lives.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(2002)]
    public void Register_ANumberThatStartedBefore_ChangesNothing(ulong incarnation)
    {
        var outcome = TopologyChange.Register(_topology, new Member(new NodeId(2), "node2", incarnation), "", mayBeNew: true);

        Assert.Equal((null, null), outcome);
    }

    [Fact]
    public void Register_ALifeThatMoved_TellsItsAddress()
    {
        var joined = AssertStep(_topology, TopologyChange.Register(_topology, Fourth, "old:80", mayBeNew: true));

        var moved = AssertStep(joined, TopologyChange.Register(joined, Fourth, "new:80", mayBeNew: false));

        Assert.Equal(joined.Find(Fourth.Id)! with { Address = "new:80" }, moved.Find(Fourth.Id));
        Assert.Equal((null, null), TopologyChange.Register(moved, Fourth, "new:80", mayBeNew: false));
    }

    /// <summary>Whoever is not the life that is registered must not lead the others to another address.</summary>
    [Fact]
    public void Register_AnotherLife_ChangesNoAddress()
    {
        var joined = AssertStep(_topology, TopologyChange.Register(_topology, Fourth, "old:80", mayBeNew: true));

        Assert.Equal((null, null), TopologyChange.Register(joined, Fourth with { Incarnation = 7 }, "new:80", mayBeNew: true));
    }

    [Fact]
    public void Register_TheNameOfAnother_IsRefused() => AssertRefused(
        TopologyRefusal.NodeInUse, TopologyChange.Register(_topology, Fourth with { Name = "Node2" }, "", mayBeNew: true));

    [Fact]
    public void Register_TheLastMemberThereMayBe_IsTheLast()
    {
        TopologyMember[] members =
        [
            .. _topology.Members,
            .. Enumerable.Range(5, ClusterTopology.MaxMembers - 4).Select(id => new TopologyMember(
                new Member(new NodeId(id), $"node{id}", 0), Registered: 0, MemberState.Idle)),
        ];
        var full = AssertStep(_topology, TopologyChange.Register(_topology with { Members = members }, Fourth, "", mayBeNew: true));

        var more = TopologyChange.Register(full, new Member(new NodeId(9999), "more", 1), "", mayBeNew: true);

        AssertRefused(TopologyRefusal.OverLimit, more);
        AssertRefused(TopologyRefusal.OverLimit, TopologyChange.Announce(full, new NodeId(9999), "more"));
        AssertStep(full, TopologyChange.Register(full, new Member(new NodeId(9), "node9", 1), "", mayBeNew: true));
    }

    [Fact]
    public void Announce_ANumber_IsDoneOnceAndMayBeRepeated()
    {
        var next = AssertStep(_topology, TopologyChange.Announce(_topology, Fourth.Id, "node4"));

        Assert.Equal(new TopologyMember(Fourth with { Incarnation = 0 }, 0, MemberState.Idle), next.Find(Fourth.Id));
        Assert.Equal((null, null), TopologyChange.Announce(next, Fourth.Id, "node4"));
    }

    [Fact]
    public void Announce_AgainWithAnotherName_ChangesTheName()
    {
        var announced = AssertStep(_topology, TopologyChange.Announce(_topology, Fourth.Id, "node4"));

        var next = AssertStep(announced, TopologyChange.Announce(announced, Fourth.Id, "other"));

        Assert.Equal("other", next.Find(Fourth.Id)!.Identity.Name);
    }

    [Fact]
    public void Announce_ANumberOrANameInUse_IsRefused()
    {
        AssertRefused(TopologyRefusal.NodeInUse, TopologyChange.Announce(_topology, new NodeId(2), "another"));
        AssertRefused(TopologyRefusal.NodeInUse, TopologyChange.Announce(_topology, Fourth.Id, "node2"));
        Assert.Equal((null, null), TopologyChange.Announce(_topology, new NodeId(2), "node2"));
    }

    [Fact]
    public void Announce_ANumberThatIsBeingRemoved_IsRefusedUntilItIsGone()
    {
        var topology = _topology with
        {
            Members = [.. _topology.Members.Select(member => member.Id.Value == 2 ? member with { State = MemberState.Removing } : member)],
        };

        AssertRefused(TopologyRefusal.PlanPending, TopologyChange.Announce(topology, new NodeId(2), "node2"));
    }

    [Fact]
    public void Forget_AnAnnouncedNumber_IsDoneOnceAndMayBeRepeated()
    {
        var announced = AssertStep(_topology, TopologyChange.Announce(_topology, Fourth.Id, "node4"));

        var next = AssertStep(announced, TopologyChange.Forget(announced, Fourth.Id));

        Assert.Null(next.Find(Fourth.Id));
        Assert.Equal((null, null), TopologyChange.Forget(next, Fourth.Id));
    }

    [Fact]
    public void Forget_ANodeThatStarted_IsRefused() =>
        AssertRefused(TopologyRefusal.NodeInUse, TopologyChange.Forget(_topology, new NodeId(2)));

    [Fact]
    public void Commit_APlan_SetsTargetsAndStatesAndIsOneDecision()
    {
        var plan = Plan() with { States = new Dictionary<NodeId, MemberState> { [new(3)] = MemberState.Draining }, ReplicationFactor = 1 };

        var next = AssertStep(_topology, TopologyChange.Commit(_topology, plan));

        Assert.Equal((1, "0-a", 1), (next.Generation, next.LastPlan, next.ReplicationFactor));
        Assert.Equal(MemberState.Draining, next.Find(new NodeId(3))!.State);
        Assert.Equal([[2, 1], [], []], next.Partitions.Select(partition => partition.Target.Select(node => node.Value).ToArray()));
        Assert.Equal(_topology.Partitions.Select(partition => partition.Config), next.Partitions.Select(partition => partition.Config));
        Assert.True(next.IsPending);
    }

    [Fact]
    public void Commit_ThePlanThatStandsLast_IsDoneAlready()
    {
        var next = AssertStep(_topology, TopologyChange.Commit(_topology, Plan()));

        Assert.Equal((null, null), TopologyChange.Commit(next, Plan()));
    }

    [Fact]
    public void Commit_AfterAnotherDecision_IsRefused()
    {
        var next = AssertStep(_topology, TopologyChange.Commit(_topology, Plan()));
        var cancelled = AssertStep(next, TopologyChange.Cancel(next, 1));

        AssertRefused(TopologyRefusal.TopologyChanged, TopologyChange.Commit(next, Plan() with { Id = "0-b" }));
        AssertRefused(TopologyRefusal.TopologyChanged, TopologyChange.Commit(cancelled, Plan()));
    }

    [Fact]
    public void Commit_OfANodeThatIsGoneMeanwhile_IsRefused()
    {
        var plan = Plan() with { States = new Dictionary<NodeId, MemberState> { [new(9)] = MemberState.Active } };

        AssertRefused(TopologyRefusal.TopologyChanged, TopologyChange.Commit(_topology, plan));
    }

    /// <summary>Moves under way end before those of the later plan begin.</summary>
    [Fact]
    public void Commit_WhileAPartitionMoves_LeavesItsConfigAndTakesTheLaterTarget()
    {
        var cluster = Moving();

        cluster.Follow(AssertStep(cluster.Topology, TopologyChange.Commit(cluster.Topology, Plan() with { Id = "1-b", Generation = 1 })));

        Assert.Equal("3,2", cluster.NextReplicasOf(0));
        cluster.DriveToTheEnd();
        Assert.Equal("2,1", cluster.ReplicasOf(0));
    }

    [Fact]
    public void Cancel_WhileAPartitionMoves_LeavesEverythingWhereItIs()
    {
        var cluster = Moving();
        cluster.SetState(3, MemberState.Removing);

        cluster.Follow(AssertStep(cluster.Topology, TopologyChange.Cancel(cluster.Topology, 1)));

        Assert.Equal((2, ""), (cluster.Topology.Generation, cluster.Topology.LastPlan));
        Assert.Equal(("1,2", "", cluster.Topology.Version), (
            cluster.ReplicasOf(0), cluster.NextReplicasOf(0), cluster[0].Config.Epoch));
        Assert.Equal(MemberState.Draining, cluster.Topology.Find(new NodeId(3))!.State);
        Assert.False(cluster.Topology.IsPending);
        Assert.False(cluster.Drive());
    }

    [Fact]
    public void Cancel_AnotherDecision_IsRefused() =>
        AssertRefused(TopologyRefusal.TopologyChanged, TopologyChange.Cancel(Moving().Topology, 0));

    [Fact]
    public void Cancel_NothingPending_ChangesNothing() => Assert.Equal((null, null), TopologyChange.Cancel(_topology, 7));

    private DrivenCluster Moving()
    {
        var cluster = new DrivenCluster(_topology with
        {
            Partitions = [.. _topology.Partitions.Select(_ => OnFirstTwo())],
        });
        var plan = Plan() with { Targets = [TestTopologies.Nodes(3, 2), TestTopologies.Nodes(1, 2), TestTopologies.Nodes(1, 2)] };
        cluster.Follow(AssertStep(cluster.Topology, TopologyChange.Commit(cluster.Topology, plan)));
        Assert.True(cluster.Drive());
        return cluster;
    }

    /// <summary>The first partition's nodes change places; the others stay as they are.</summary>
    private TopologyPlan Plan() => new()
    {
        Id = "0-a",
        Generation = 0,
        Wishes = [new OrderWish()],
        ReplicationFactor = 2,
        States = new Dictionary<NodeId, MemberState>(),
        Targets = [TestTopologies.Nodes(2, 1), .. _topology.Partitions.Skip(1).Select(partition => partition.Config.Replicas)],
        Moves = [],
        Shares = [],
        Warnings = [],
    };

    private PartitionAssignment OnFirstTwo() => new(
        PartitionConfig.Founded(TestTopologies.Nodes(1, 2), node => _topology.Find(node)!.Identity.Incarnation), []);

    private static ClusterTopology AssertStep(ClusterTopology before, (ClusterTopology? Next, TopologyRefusal? Refusal) outcome)
    {
        Assert.Null(outcome.Refusal);
        Assert.NotNull(outcome.Next);
        Assert.Empty(TopologyInvariants.FindFaultsOfStep(before, outcome.Next));
        Assert.Empty(TopologyInvariants.FindFaults(outcome.Next));
        return outcome.Next;
    }

    private static void AssertRefused(string code, (ClusterTopology? Next, TopologyRefusal? Refusal) outcome)
    {
        Assert.Null(outcome.Next);
        Assert.Equal(code, outcome.Refusal?.Code);
    }
}
