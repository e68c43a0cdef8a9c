using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using CsCheck;

namespace AspireKv.Cluster.Tests.Membership;

public sealed class TopologyDriverTests
{
    /// <summary>Six nodes, all partitions on the first three.</summary>
    private readonly DrivenCluster _cluster = new(OnFirstThree(nodes: 6, partitions: 4));

    private static readonly Gen<int[]> Targets =
        Gen.Shuffle(Enumerable.Range(1, 6).ToArray()).SelectMany(nodes => Gen.Int[1, 5].Select(count => nodes[..count]));

    private static readonly Gen<int[][]> Plans = Targets.Array[5];

    [Fact]
    public void Next_NothingPending_IsNothing() => Assert.False(_cluster.Drive());

    [Fact]
    public void Move_OneNewReplica_IsJointUntilItIsSwept()
    {
        _cluster.Aim(1, 4, 2, 3);

        Assert.True(_cluster.Drive());
        Assert.Equal(("1,2,3", "4,2,3"), (_cluster.ReplicasOf(1), _cluster.NextReplicasOf(1)));
        Assert.Equal(new Grant(3, 4), _cluster[1].Config.GrantOf(new NodeId(4)));
        Assert.False(_cluster.Drive());

        _cluster.Sweep(1);
        Assert.True(_cluster.Drive());
        Assert.Equal(("4,2,3", "", 4), (_cluster.ReplicasOf(1), _cluster.NextReplicasOf(1), _cluster[1].Config.Epoch));
        Assert.Equal((3, 1), (_cluster[1].Config.Since(new NodeId(4)), _cluster[1].Config.Since(new NodeId(2))));
        Assert.False(_cluster[1].IsPending);
    }

    [Fact]
    public void Move_SweptUnderAnotherEpoch_GoesOn()
    {
        _cluster.Aim(1, 4, 2, 3);
        _cluster.Sweep(1);
        _cluster.Drive();
        _cluster.Swept.Add(new SweptPartition(1, _cluster.Topology.Version + 1));
        _cluster.Swept.Add(new SweptPartition(0, _cluster.Topology.Version));

        Assert.False(_cluster.Drive());
        Assert.Equal([1], _cluster.Moving);
    }

    [Fact]
    public void Move_ToTheSameNodesInAnotherOrder_IsOneStepWithoutASweep()
    {
        _cluster.Aim(2, 3, 1, 2);

        Assert.True(_cluster.Drive());
        Assert.Equal(("3,1,2", "", 3), (_cluster.ReplicasOf(2), _cluster.NextReplicasOf(2), _cluster[2].Config.Epoch));
        Assert.All(_cluster[2].Config.Voters, node => Assert.Equal(1, _cluster[2].Config.Since(node)));
        Assert.False(_cluster[2].IsPending);
    }

    [Fact]
    public void Move_ToThreeNewNodes_TakesOneAfterTheOther()
    {
        var seen = new List<string>();
        _cluster.Aim(0, 4, 5, 6);

        while (_cluster.Drive())
        {
            seen.Add(_cluster.Moving.Any() ? $"to {_cluster.NextReplicasOf(0)}" : _cluster.ReplicasOf(0));
            _cluster.Sweep(0);
        }

        Assert.Equal(["to 4,2,3", "4,2,3", "to 4,5,3", "4,5,3", "to 4,5,6", "4,5,6"], seen);
    }

    [Theory]
    [InlineData(4, 5)]
    [InlineData(4, 5, 6, 1)]
    [InlineData(1)]
    public void Move_ToAnotherNumberOfReplicas_TakesAllAtOnce(params int[] target)
    {
        _cluster.Aim(0, target);

        _cluster.Drive();

        Assert.Equal(string.Join(',', target), _cluster.NextReplicasOf(0));
    }

    [Fact]
    public void Move_OfTwoReplicasOneOfThemDead_LetsTheDeadOneLeaveFirst()
    {
        _cluster.Alive.Remove(new NodeId(3));
        _cluster.Aim(0, 4, 5, 1);

        _cluster.Drive();

        Assert.Equal("1,2,4", _cluster.NextReplicasOf(0));
    }

    [Fact]
    public void Move_ToANodeThatDoesNotAnswer_WaitsForIt()
    {
        _cluster.Alive.Remove(new NodeId(4));
        _cluster.Aim(0, 4, 2, 3);

        Assert.False(_cluster.Drive());

        _cluster.Alive.Add(new NodeId(4));
        Assert.True(_cluster.Drive());
    }

    [Theory]
    [InlineData("2,3", "4,5,6")]
    [InlineData("2,5", "2,3,4,5,6")]
    public void Move_OfAPartitionWithoutAQuorum_DoesNotBegin(string dead, string target)
    {
        _cluster.Alive.ExceptWith(Parse(dead));
        _cluster.Aim(0, [.. Parse(target).Select(node => node.Value)]);

        Assert.False(_cluster.Drive());
    }

    [Fact]
    public void Moves_OfOneNode_AreTwoInAndTwoOutAtMost()
    {
        var cluster = new DrivenCluster(OnFirstThree(nodes: 6, partitions: 8));
        for (var partition = 0; partition < 8; partition++)
        {
            cluster.Aim(partition, partition % 2 == 0 ? [4, 2, 3] : [1, 5, 3]);
        }

        cluster.Drive();

        Assert.Equal([0, 1, 2, 3], cluster.Moving);
    }

    [Fact]
    public void Moves_OfManyNodes_AreSixtyFourAtMost()
    {
        var founded = TestTopologies.Founded(nodes: 80, partitions: 128, replicationFactor: 1);
        var cluster = new DrivenCluster(founded with
        {
            Partitions =
            [
                .. founded.Partitions.Index().Select(partition => partition.Index == 128 ? partition.Item
                    : new PartitionAssignment(Founded(founded, 1 + (partition.Index / 2)), [new NodeId(80 - (partition.Index / 2))])),
            ],
        });

        cluster.Drive();

        Assert.Equal(64, cluster.Moving.Count());
    }

    /// <summary>What is due at the same time is one version: each version costs everybody a message.</summary>
    [Fact]
    public void Next_ManyThingsDue_IsOneVersion()
    {
        _cluster.Aim(0, 4, 2, 3);
        _cluster.Drive();
        _cluster.Sweep(0);
        _cluster.Aim(1, 2, 1, 3);
        _cluster.Aim(2, 5, 2, 3);
        _cluster.SetState(6, MemberState.Removing);
        _cluster.BeginLife(new NodeId(2), 2002);
        var before = _cluster.Topology.Version;

        Assert.True(_cluster.Drive());

        Assert.Equal(("4,2,3", "2,1,3", "5,2,3"), (_cluster.ReplicasOf(0), _cluster.ReplicasOf(1), _cluster.NextReplicasOf(2)));
        Assert.Equal([2], _cluster.Moving);
        Assert.Null(_cluster.Topology.Find(new NodeId(6)));
        Assert.Equal((2002UL, before + 1), LifeOf(2));
        Assert.Equal(before + 1, _cluster.Topology.Version);
    }

    [Fact]
    public void Life_ThatReplacedTheRegisteredOne_IsRegisteredAndTheGrantsStay()
    {
        _cluster.BeginLife(new NodeId(2), 2002);

        Assert.True(_cluster.Drive());
        Assert.Equal((2002UL, 2L), LifeOf(2));
        Assert.All(_cluster.Topology.Partitions, partition =>
            Assert.Equal(new Grant(1, 2), partition.Config.GrantOf(new NodeId(2))));
        Assert.False(_cluster.Drive());
    }

    [Fact]
    public void Life_ThatReplacedAnother_ChangesNothingElseOfTheMember()
    {
        var member = _cluster.Topology.Find(new NodeId(2))! with { Address = "host:80", State = MemberState.Draining };
        _cluster.Follow(_cluster.Topology with
        {
            Version = 2,
            Members = [.. _cluster.Topology.Members.Select(other => other.Id == member.Id ? member : other)],
        });
        _cluster.BeginLife(member.Id, 2002);

        _cluster.Drive();

        Assert.Equal(
            member with { Identity = member.Identity with { Incarnation = 2002 }, Registered = 3 }, _cluster.Topology.Find(member.Id));
    }

    /// <summary>The memory of this node may be older than the topology, and nothing may bring a former life back.</summary>
    [Fact]
    public void Life_ThatDidNotReplaceTheRegisteredOne_StaysOut()
    {
        _cluster.Admit(new NodeId(2), new AdmittedLife(2002, [2001]));
        _cluster.Admit(new NodeId(3), new AdmittedLife(3, [3]));
        _cluster.Admit(new NodeId(9), new AdmittedLife(9, [0]));

        Assert.False(_cluster.Drive());
    }

    [Fact]
    public void Life_OfANodeThatWasAnnouncedOnly_StaysOut()
    {
        var announced = TopologyChange.Announce(_cluster.Topology, new NodeId(7), "node7").Next!;
        _cluster.Follow(announced);
        _cluster.Admit(new NodeId(7), new AdmittedLife(7, [0]));

        Assert.False(_cluster.Drive());
    }

    [Fact]
    public void Move_ToANodeThatBeganANewLife_IsTakenBackAndBeginsAnew()
    {
        _cluster.Aim(1, 4, 2, 3);
        _cluster.Drive();
        _cluster.Sweep(1);
        _cluster.BeginLife(new NodeId(4), 4004);

        Assert.True(_cluster.Drive());
        Assert.Equal(("1,2,3", "", 4), (_cluster.ReplicasOf(1), _cluster.NextReplicasOf(1), _cluster[1].Config.Epoch));

        Assert.True(_cluster.Drive());
        Assert.Equal(("4,2,3", new Grant(5, 4004)), (_cluster.NextReplicasOf(1), _cluster[1].Config.GrantOf(new NodeId(4))));
    }

    [Fact]
    public void Move_OfWhichAReplicaBeganANewLife_GoesOn()
    {
        _cluster.Aim(1, 4, 2, 3);
        _cluster.Drive();
        _cluster.BeginLife(new NodeId(2), 2002);
        _cluster.Drive();
        _cluster.Sweep(1);

        _cluster.Drive();

        Assert.Equal("4,2,3", _cluster.ReplicasOf(1));
    }

    [Fact]
    public void Member_ThatIsToGo_GoesOnceNothingNamesIt()
    {
        _cluster.SetState(1, MemberState.Removing);
        for (var partition = 0; partition < _cluster.Topology.Partitions.Count; partition++)
        {
            Assert.NotNull(_cluster.Topology.Find(new NodeId(1)));
            _cluster.Aim(partition, 4, 2, 3);
        }

        _cluster.DriveToTheEnd();

        Assert.Null(_cluster.Topology.Find(new NodeId(1)));
    }

    [Fact]
    public void Member_ThatIsDrained_Stays()
    {
        _cluster.SetState(6, MemberState.Draining);

        Assert.False(_cluster.Drive());
    }

    /// <summary>Nodes die, come back, and begin new lives, targets change in the middle, and sweeps take their time.</summary>
    [Fact]
    public void Drive_AnyTargetsAndAnyFaults_KeepsTheInvariantsAndGetsThere() =>
        Gen.Select(Plans, Plans, Gen.Int[0, 1_000_000]).Sample((first, second, seed) =>
        {
            var random = new Random(seed);
            var cluster = new DrivenCluster(OnFirstThree(nodes: 6, partitions: 4));
            ulong life = 1000;
            foreach (var targets in new[] { first, second })
            {
                foreach (var (partition, target) in targets.Index())
                {
                    cluster.Aim(partition, target);
                }

                for (var step = 0; step < 40; step++)
                {
                    var node = new NodeId(random.Next(1, 7));
                    _ = random.Next(4) switch
                    {
                        0 => cluster.Alive.Add(node),
                        1 => cluster.Alive.Remove(node),
                        _ => false,
                    };
                    if (random.Next(8) == 0)
                    {
                        cluster.BeginLife(node, ++life);
                    }

                    foreach (var partition in cluster.Moving.Where(_ => random.Next(3) == 0))
                    {
                        cluster.Sweep(partition);
                    }

                    cluster.Drive();
                }
            }

            cluster.Alive.UnionWith(TestTopologies.NodesUpTo(6));
            cluster.DriveToTheEnd();
            Assert.Equal(
                second.Select(target => string.Join(',', target)), Enumerable.Range(0, 5).Select(cluster.ReplicasOf));
            Assert.False(cluster.Topology.IsPending);
        });

    private (ulong Incarnation, long Registered) LifeOf(int node) =>
        (_cluster.Topology.Find(new NodeId(node))!.Identity.Incarnation, _cluster.Topology.Find(new NodeId(node))!.Registered);

    private static IEnumerable<NodeId> Parse(string nodes) => nodes.Split(',').Select(NodeId.Parse);

    private static PartitionConfig Founded(ClusterTopology topology, params int[] nodes) =>
        PartitionConfig.Founded(TestTopologies.Nodes(nodes), node => topology.Find(node)!.Identity.Incarnation);

    private static ClusterTopology OnFirstThree(int nodes, int partitions)
    {
        var founded = TestTopologies.Founded(nodes, partitions, replicationFactor: 3);
        return founded with
        {
            Partitions = [.. founded.Partitions.Select(_ => new PartitionAssignment(Founded(founded, 1, 2, 3), []))],
        };
    }
}
