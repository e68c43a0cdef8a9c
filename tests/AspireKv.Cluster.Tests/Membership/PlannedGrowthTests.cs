using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using CsCheck;

namespace AspireKv.Cluster.Tests.Membership;

/// <summary>Clusters of all sizes grow, shrink and heal, plan after plan; each step of each move is held against the invariants.</summary>
public sealed class PlannedGrowthTests
{
    private static readonly Gen<(int Nodes, int Idle, int Partitions, int Factor)> Clusters =
        Gen.Select(Gen.Int[1, 9], Gen.Int[0, 5], Gen.Int[0, 5].Select(bits => 1 << bits), Gen.Int[1, 5]);

    /// <summary>Kind of the wish, and the nodes that it names, as indexes into the members.</summary>
    private static readonly Gen<(int Kind, int First, int Second)[]> Wishes =
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 20], Gen.Int[0, 20]).Array[1, 3];

    [Fact]
    public void Plans_CommittedAndDriven_ReachTheirTargets() =>
        Gen.Select(Clusters, Wishes.Array[1, 4]).Sample((shape, rounds) =>
        {
            var cluster = Found(shape);
            foreach (var wishes in rounds)
            {
                if (Plan(cluster.Topology, wishes) is not { } plan)
                {
                    continue;
                }

                cluster.Follow(TopologyChange.Commit(cluster.Topology, plan).Next!);
                cluster.DriveToTheEnd();

                Assert.False(cluster.Topology.IsPending);
                Assert.Equal(Draw(plan.Targets), Draw(cluster.Topology.Partitions.Select(partition => partition.Config.Replicas)));
                AssertWhatHolds(cluster.Topology, plan);
            }
        });

    /// <summary>The next plan is committed, or the present one cancelled, while partitions move.</summary>
    [Fact]
    public void Plans_OneOnTopOfTheOther_ReachTheLastTargets() =>
        Gen.Select(Clusters, Wishes.Array[2, 5], Gen.Int[0, 1_000_000]).Sample((shape, rounds, seed) =>
        {
            var random = new Random(seed);
            var cluster = Found(shape);
            foreach (var wishes in rounds)
            {
                if (Plan(cluster.Topology, wishes) is { } plan)
                {
                    cluster.Follow(TopologyChange.Commit(cluster.Topology, plan).Next!);
                }

                for (var steps = random.Next(6); steps > 0; steps--)
                {
                    cluster.Drive();
                    foreach (var partition in cluster.Moving.Where(_ => random.Next(2) == 0))
                    {
                        cluster.Sweep(partition);
                    }
                }

                if (random.Next(3) == 0 && TopologyChange.Cancel(cluster.Topology, cluster.Topology.Generation).Next is { } cancelled)
                {
                    cluster.Follow(cancelled);
                }
            }

            var goals = Draw(cluster.Topology.Partitions.Select(partition => partition.Goal));
            cluster.DriveToTheEnd();

            Assert.False(cluster.Topology.IsPending);
            Assert.Equal(goals, Draw(cluster.Topology.Partitions.Select(partition => partition.Config.Replicas)));
        });

    /// <summary>Only a search through chains of replicas would find the last two or three copies that can be saved.</summary>
    [Fact]
    public void Plans_ThatEvenReplicasOut_CopyAsLittleAsEvennessAllows() =>
        Gen.Select(Clusters, Wishes.Array[1, 4]).Sample((shape, rounds) =>
        {
            var cluster = Found(shape);
            foreach (var wishes in rounds)
            {
                if (Plan(cluster.Topology, wishes) is not { } plan)
                {
                    continue;
                }

                if (IsRebalance(plan) && !plan.Wishes.OfType<ReplaceWish>().Any())
                {
                    Assert.InRange(CopiesOfKeys(plan) - FewestCopies(cluster.Topology, plan), 0, 3);
                }

                cluster.Follow(TopologyChange.Commit(cluster.Topology, plan).Next!);
                cluster.DriveToTheEnd();
            }
        });

    private static DrivenCluster Found((int Nodes, int Idle, int Partitions, int Factor) shape) =>
        new(TestTopologies.WithIdle(shape.Nodes, shape.Idle, shape.Partitions, shape.Factor));

    /// <returns>The plan, or null where the wishes are refused.</returns>
    private static TopologyPlan? Plan(ClusterTopology topology, (int Kind, int First, int Second)[] wishes)
    {
        var facts = new PlanFacts { Alive = topology.Members.Select(member => member.Id).ToHashSet() };
        return TopologyPlanner.Plan(topology, [.. wishes.Select(wish => WishOf(topology, wish))], facts).Plan;
    }

    private static PlanWish WishOf(ClusterTopology topology, (int Kind, int First, int Second) wish)
    {
        var (first, second) = (NodeAt(wish.First), NodeAt(wish.Second));
        return wish.Kind switch
        {
            0 or 1 => new AddWish(first),
            2 => new DrainWish(first),
            3 => new RemoveWish(first),
            4 => new ReplaceWish(first, second),
            5 => new ReplicationWish(1 + (wish.First % 5)),
            _ => new OrderWish(),
        };

        NodeId NodeAt(int index) => topology.Members[index % topology.Members.Count].Id;
    }

    private static bool IsRebalance(TopologyPlan plan) =>
        plan.Wishes.Any(wish => wish is AddWish or DrainWish or RemoveWish or ReplicationWish);

    private static void AssertWhatHolds(ClusterTopology topology, TopologyPlan plan)
    {
        var active = topology.Members.Where(member => member.State == MemberState.Active).Select(member => member.Id).ToHashSet();
        if (!IsRebalance(plan))
        {
            return;
        }

        Assert.All(plan.Targets, target => Assert.Subset(active, target.ToHashSet()));
        Assert.All(plan.Targets.SkipLast(1), target => Assert.Equal(Math.Min(plan.ReplicationFactor, active.Count), target.Count));
        PlannedShare[] shares = [.. plan.Shares.Where(share => active.Contains(share.Node))];
        Assert.InRange(shares.Max(share => share.WillHold) - shares.Min(share => share.WillHold), 0, 1);
        Assert.InRange(shares.Max(share => share.WillLead) - shares.Min(share => share.WillLead), 0, 1);
        Assert.DoesNotContain(topology.Members, member => member.State == MemberState.Removing);
    }

    private static int CopiesOfKeys(TopologyPlan plan) =>
        plan.Moves.Where(move => move.Partition < plan.Targets.Count - 1).Sum(move => move.Joining.Count());

    /// <summary>
    /// No fewer could do: a node keeps at most what is its share, and some shares are one larger than others; and a partition that lacks
    /// replicas needs them.
    /// </summary>
    private static int FewestCopies(ClusterTopology topology, TopologyPlan plan)
    {
        NodeId[] active = [.. plan.Shares.Select(share => share.Node)
            .Where(node => plan.States.GetValueOrDefault(node, topology.Find(node)!.State) == MemberState.Active)];
        var partitions = topology.SystemPartition;
        var replicas = partitions * Math.Min(plan.ReplicationFactor, active.Length);
        var share = replicas / active.Length;
        int[] held = [.. active.Select(node => plan.Shares.Single(other => other.Node == node).Held)];
        var kept = held.Sum(count => Math.Min(count, share))
            + Math.Min(replicas % active.Length, held.Count(count => count > share));
        return replicas - Math.Min(kept, replicas);
    }

    private static string Draw(IEnumerable<IReadOnlyList<NodeId>> lists) => string.Join(' ', lists.Select(list => string.Join(',', list)));
}
