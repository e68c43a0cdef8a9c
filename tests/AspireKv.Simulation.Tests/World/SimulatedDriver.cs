using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Simulation.Tests.Scenarios;

namespace AspireKv.Simulation.Tests.World;

/// <summary>
/// Carries moves out: begins those that are wished for, ends those that are swept, and takes back those that cannot end. What the driver
/// hears of the nodes is old when the topology changes by it.
/// </summary>
internal sealed class SimulatedDriver(SimulatedCluster cluster)
{
    /// <summary>Who is to hold each partition in the end.</summary>
    private readonly Dictionary<int, IReadOnlyList<NodeId>> _wishes = [];

    private SimulatedTopology Topology => cluster.Topology;

    /// <summary>True once every partition is where it belongs, and none moves.</summary>
    public bool IsDone => Topology.IsFounded && Topology.Newest.Partitions.Index().All(each =>
        each.Item.NextReplicas.Count == 0 && each.Item.Replicas.SequenceEqual(WishFor(each.Index)));

    /// <summary>How many moves ended.</summary>
    public int Ended { get; private set; }

    public void Begin(MovePlan moves)
    {
        foreach (var move in moves.Planned)
        {
            cluster.Events.After(move.At, () => Order(move));
        }

        Look(moves);
    }

    /// <summary>True where so many of a list of replicas have their memory that one more may lose it.</summary>
    public bool MayLose(NodeId node) => Topology.IsFounded && Topology.Newest.Partitions.Index().All(each =>
        ((IReadOnlyList<NodeId>[])[each.Item.Replicas, each.Item.NextReplicas, WishFor(each.Index)])
            .All(list => !list.Contains(node) || 1 + list.Count(LacksMemory) <= (list.Count - 1) / 2));

    /// <summary>Where nothing but stops goes wrong, one thing goes on at a time.</summary>
    private bool MayChange => Topology.IsFounded && (cluster.Scenario.StopPatience is null || cluster.IsHealed || IsWhole);

    private bool IsWhole => cluster.Nodes.All(node =>
        node.Runs && !node.Stopping.IsUnderWay && node.Disk.TopologyVersion == Topology.Newest.Version);

    private bool LacksMemory(NodeId node) => cluster.NodeOf(node).LacksMemory;

    private IReadOnlyList<NodeId> WishFor(int partition) =>
        _wishes.TryGetValue(partition, out var wish) ? wish : Topology.At(1).Partitions[partition].Replicas;

    private void Order(PlannedMove move)
    {
        if (!Topology.IsFounded || cluster.IsHealed)
        {
            return;
        }

        var config = Topology.Newest.Partitions[move.Partition];
        if (move.Target is not null)
        {
            _wishes[move.Partition] = move.Target;
        }
        else if (config.NextReplicas.Count > 0)
        {
            _wishes[move.Partition] = config.Replicas;
            Topology.Change(move.Partition, config.Replicas, []);
        }
    }

    private void Look(MovePlan moves) => cluster.Events.After(cluster.TopologyRandom.Milliseconds(0.5, 4), () =>
    {
        for (var partition = 0; MayChange && partition < Topology.Newest.Partitions.Count; partition++)
        {
            Drive(partition, moves);
        }

        Look(moves);
    });

    private void Drive(int partition, MovePlan moves)
    {
        var config = Topology.Newest.Partitions[partition];
        var wish = WishFor(partition);
        if (config.NextReplicas.Count == 0)
        {
            if (!config.Replicas.SequenceEqual(wish) && wish.Count(LacksMemory) + config.Replicas.Count(LacksMemory) == 0)
            {
                BeginMove(partition, config, wish, moves.IsWhole);
            }
        }
        else if (config.NextReplicas.Except(config.Replicas).Any(node => !IsOfThisLife(config, node)))
        {
            // A learner on each side: the joint quorum that would rebuild them never comes.
            Topology.Change(partition, config.Replicas, []);
        }
        else if (cluster.Saboteur.EndsMovesUnswept || IsSwept(partition, config.Epoch))
        {
            End(partition, config);
        }
    }

    private bool IsOfThisLife(PartitionConfig config, NodeId node) => Topology.Newest.Names(node, config.GrantOf(node)!.Value.Incarnation);

    private void BeginMove(int partition, PartitionConfig config, IReadOnlyList<NodeId> wish, bool isWhole)
    {
        if (config.Replicas.Count == wish.Count && !config.Replicas.Except(wish).Any())
        {
            Topology.Change(partition, wish, []);
            return;
        }

        var next = wish;
        if (!isWhole && config.Replicas.Count == wish.Count)
        {
            var leaving = config.Replicas.First(node => !wish.Contains(node));
            var joining = wish.First(node => !config.Replicas.Contains(node));
            next = [.. config.Replicas.Select(node => node == leaving ? joining : node)];
        }

        Topology.Change(partition, config.Replicas, next);
    }

    private bool IsSwept(int partition, long epoch) => cluster.Nodes.Any(node =>
        node.Runs && node.Partitions.Count > partition
        && node.Partitions[partition].State.Upkeep.Move is MoveProgress { IsSwept: true } progress && progress.Epoch == epoch);

    private void End(int partition, PartitionConfig config) => cluster.Events.After(cluster.TopologyRandom.Milliseconds(0, 3), () =>
    {
        if (Topology.Newest.Partitions[partition].Epoch == config.Epoch)
        {
            Ended++;
            Topology.Change(partition, config.NextReplicas, []);
        }
    });
}
