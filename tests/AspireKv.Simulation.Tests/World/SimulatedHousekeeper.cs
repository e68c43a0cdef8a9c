using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Housekeeping;
using AspireKv.Cluster.Keys;

namespace AspireKv.Simulation.Tests.World;

/// <summary>
/// Carries out what <see cref="Chores"/> plans for the partitions of one process, as the product's Housekeeper does: a batch of purges is
/// read from the disk first, is sent once, and is given up when its time is up; nothing waits for it but the rest of its pass.
/// </summary>
internal sealed class SimulatedHousekeeper(SimulatedCluster cluster, SimulatedNode node)
{
    private readonly Chores _chores = new(cluster.Scenario.Chores);

    /// <summary>The purges under way, none while the disk is read for them; null between two batches.</summary>
    private PendingPurge[]? _batch;

    /// <summary>The number of the last wait. Any earlier one is over.</summary>
    private long _waits;

    /// <summary>How far the clock that the chores go by is ahead of the world's.</summary>
    private TimeSpan _ahead;

    private TimeSpan Now => cluster.Events.Now + _ahead;

    /// <summary>Does what is due, and goes on by itself.</summary>
    public void DoChores()
    {
        var upkeep = node.Partitions.Select(static each => each.State.Upkeep);
        foreach (var (kind, number) in _chores.Next(Now, [.. upkeep], isPurging: _batch is not null))
        {
            var partition = node.Partitions[number];
            switch (kind)
            {
                case ChoreKind.Tick:
                    partition.State.Tick(node.Clock.Now);
                    break;
                case ChoreKind.TakeOver:
                    cluster.Log($"node {node.Id} takes partition {number} over");
                    partition.State.Upkeep.TakeOver();
                    break;
                case ChoreKind.Rebuild:
                    partition.State.Upkeep.StartRebuild();
                    break;
                case ChoreKind.Move:
                    cluster.Log($"node {node.Id} sweeps partition {number}");
                    partition.State.Upkeep.StartSweep();
                    break;
                case ChoreKind.Purge:
                    FindTombstones(partition);
                    break;
                case ChoreKind.Repair:
                    cluster.Log($"node {node.Id} compares the replicas of partition {number}");
                    partition.State.Upkeep.StartComparison();
                    break;
                case ChoreKind.HandBack:
                    cluster.Log($"node {node.Id} hands partition {number} back");
                    partition.State.HandOver();
                    break;
                case ChoreKind.HandOn:
                    cluster.Log($"node {node.Id} hands partition {number} on");
                    partition.State.HandOver();
                    break;
            }
        }

        var wait = ++_waits;
        cluster.Events.AfterIn(node, _chores.NextAt - Now, () =>
        {
            if (wait == _waits)
            {
                DoChores();
            }
        });
    }

    /// <summary>The clock leaps: the next purge pass is due.</summary>
    public void Leap()
    {
        _ahead += cluster.Scenario.Chores.PurgeInterval;
        DoChores();
    }

    private void FindTombstones(SimulatedPartition partition)
    {
        _batch = [];
        var (keys, time) = partition.FindTombstones();
        cluster.Events.AfterIn(node, time, () => Purge(partition, keys));
    }

    private void Purge(SimulatedPartition partition, StoreKey[] keys)
    {
        var left = keys.Length;
        var batch = new PendingPurge[keys.Length];
        _batch = batch;
        for (var i = 0; i < keys.Length; i++)
        {
            batch[i] = new PendingPurge(keys[i], OnEnded);
        }

        foreach (var purge in batch)
        {
            cluster.Log($"node {node.Id} wants to purge {purge.Key}");
            partition.State.Submit(purge);
        }

        if (batch.Length == 0)
        {
            End(batch);
            return;
        }

        cluster.Events.AfterIn(node, cluster.Scenario.PurgeTimeout, () =>
        {
            foreach (var purge in batch)
            {
                partition.State.Abandon(purge);
            }

            End(batch);
        });

        void OnEnded()
        {
            if (--left == 0)
            {
                cluster.Events.AfterIn(node, TimeSpan.Zero, () => End(batch));
            }
        }
    }

    private void End(PendingPurge[] batch)
    {
        if (_batch == batch)
        {
            _batch = null;
            _chores.EndPurge(batch.Length, batch.Count(static purge => purge.IsPurged));
            DoChores();
        }
    }
}
