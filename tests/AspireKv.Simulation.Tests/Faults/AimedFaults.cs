using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Simulation.Tests.Scenarios;
using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Faults;

/// <summary>Lets faults follow right after the moments at which they hurt most: chance alone seldom hits them.</summary>
internal sealed class AimedFaults(SimulatedCluster cluster, Nemesis nemesis, SeededRandom random) : IClusterObserver
{
    private readonly HashSet<(int Partition, Ballot Ballot)> _taken = [];

    public void Sent(SimulatedPartition from, NodeId to, PeerRequest request)
    {
        var rates = cluster.Scenario.Aimed;
        if (request.Kind is PeerRequestKind.Prepare or PeerRequestKind.Resigned)
        {
            return;
        }

        if (_taken.Add((from.Number, request.Ballot)) && random.Chance(rates.BallotTaken))
        {
            Strike(from.Node);
        }

        if (request.Kind == PeerRequestKind.Accept && random.Chance(rates.AcceptSent / 2))
        {
            if (random.Chance(0.4))
            {
                var reached = cluster.NodeOf(to);
                nemesis.Strike(new PlannedFault(
                    cluster.Events.Now, FaultKind.HalfWrite, from.Node.Index, reached.Index, random.Milliseconds(8, 20)));
            }
            else
            {
                Strike(from.Node);
            }
        }
    }

    public void Completed(SimulatedPartition at, PendingOperation operation, TimeSpan arrivedAt, OperationResult result)
    {
        var rates = cluster.Scenario.Aimed;
        if (result.Outcome != OperationOutcome.Applied)
        {
            return;
        }

        if (operation.Operation.Kind == OperationKind.Delete && random.Chance(rates.PurgeAfterDelete))
        {
            cluster.Events.AfterIn(at.Node, random.Milliseconds(0, 3), at.Node.Housekeeper.Leap);
        }
        else if (random.Chance(rates.LoseHolder))
        {
            LoseHolder(at, operation);
        }
        else if (rates.PutOldDiskBack > 0 && random.Chance(rates.PutOldDiskBack))
        {
            PutOldDiskBack(at);
        }
        else if (random.Chance(rates.Acknowledged))
        {
            Strike(at.Node);
        }
    }

    public void ConfigChanged(int partition, PartitionConfig config)
    {
        var rates = cluster.Scenario.Aimed;
        if (random.Chance(rates.ConfigChanged))
        {
            var node = cluster.NodeOf(random.Pick(config.Voters));
            cluster.Events.After(random.Milliseconds(0, 8), () => Strike(node));
        }

        if (config.NextReplicas.Count > 0 && random.Chance(rates.MoveFromBehind))
        {
            MoveFromBehind(partition, config);
        }
    }

    /// <summary>Who holds least of the partition coordinates its move, as soon as everybody knows of it.</summary>
    private void MoveFromBehind(int partition, PartitionConfig config)
    {
        var behind = config.Replicas.Select(cluster.NodeOf)
            .MinBy(node => (node.Disk.Placed.Describe(partition).Length, node.Disk.Placed.Snapshot(partition).Promised.Round))!;
        cluster.Events.After(random.Milliseconds(2, 12), () => nemesis.Strike(new PlannedFault(
            cluster.Events.Now, FaultKind.Usurp, behind.Index, (behind.Index + 1) % cluster.Nodes.Count, random.Milliseconds(4, 12))));
    }

    /// <summary>Who becomes a voter has everything that was committed, or so it takes for granted from now on.</summary>
    public void Placed(SimulatedNode node, ReplicaRecord record)
    {
        if (record is ConfigTaken { IsEmptied: true } && node.Disk.Placed.Stamps(record.Partition).Any()
            && random.Chance(cluster.Scenario.Aimed.ConfigChanged))
        {
            // What was held of an earlier membership is dropped just now.
            cluster.Events.After(random.Milliseconds(0, 0.5), () => nemesis.Strike(new PlannedFault(
                cluster.Events.Now, FaultKind.Crash, node.Index, (node.Index + 1) % cluster.Nodes.Count, random.Milliseconds(1, 9))));
        }

        if (record is not LearnerMarked { IsLearner: false } || !random.Chance(cluster.Scenario.Aimed.RelyOnRebuilt))
        {
            return;
        }

        var away = nemesis.SoleHolder is { } sole && sole != node && random.Chance(0.8)
            ? sole
            : random.Pick(cluster.Nodes.Where(other => other != node).ToArray());
        cluster.Events.After(random.Milliseconds(1, 5), () =>
        {
            var duration = random.Milliseconds(10, 25);
            nemesis.Strike(new PlannedFault(cluster.Events.Now, FaultKind.Isolate, away.Index, node.Index, duration));
            nemesis.Strike(new PlannedFault(cluster.Events.Now, FaultKind.Usurp, node.Index, away.Index, duration));
        });
    }

    private void LoseHolder(SimulatedPartition at, PendingOperation operation)
    {
        SimulatedNode[] holders =
        [
            .. cluster.Nodes.Where(node => node != at.Node && node.Disk.Synced.Find(at.Number, operation.Key) is not null),
        ];
        if (holders.Length > 0)
        {
            var victim = random.Pick(holders);
            cluster.Events.After(random.Milliseconds(0, 2), () => nemesis.Strike(
                new PlannedFault(cluster.Events.Now, FaultKind.LoseDisk, victim.Index, at.Node.Index, random.Milliseconds(0.5, 3))));
        }
    }

    /// <summary>Once all heard of the write, one that holds it forgets it, and another one that holds it is away.</summary>
    private void PutOldDiskBack(SimulatedPartition at) => cluster.Events.After(random.Milliseconds(2, 12), () =>
    {
        SimulatedNode[] old = [.. cluster.Nodes.Where(node => node.Old.MayBePutBack)];
        if (old.Length == 0)
        {
            return;
        }

        var node = random.Pick(old);
        var away = random.Pick(cluster.Nodes.Where(other => other != node).ToArray());
        var duration = random.Milliseconds(10, 40);
        nemesis.Strike(
            new PlannedFault(cluster.Events.Now, FaultKind.PutOldDiskBack, node.Index, away.Index, random.Milliseconds(0.5, 3)));
        nemesis.Strike(new PlannedFault(cluster.Events.Now, FaultKind.Isolate, away.Index, node.Index, duration));
        cluster.Events.After(random.Milliseconds(4, 12), () => nemesis.Strike(
            new PlannedFault(cluster.Events.Now, FaultKind.Usurp, node.Index, away.Index, duration)));
    });

    private void Strike(SimulatedNode node)
    {
        if (cluster.IsHealed)
        {
            return;
        }

        var replica = random.Pick(cluster.Nodes);
        var kind = random.Pick(
        [
            FaultKind.Crash, FaultKind.Crash, FaultKind.Crash, FaultKind.Isolate, FaultKind.Isolate, FaultKind.Deafen, FaultKind.Pause,
            FaultKind.PowerCut,
            FaultKind.BreakConnections, FaultKind.Coup, FaultKind.Coup, FaultKind.Stop, FaultKind.Stop,
        ]);
        var victim = random.Chance(0.65) ? node : replica;
        var other = (victim.Index + 1 + random.Next(cluster.Nodes.Count - 1)) % cluster.Nodes.Count;
        var duration = kind == FaultKind.Crash ? random.Milliseconds(1, 9) : random.Milliseconds(4, 25);
        cluster.Events.After(
            random.Milliseconds(0, 4),
            () => nemesis.Strike(new PlannedFault(cluster.Events.Now, kind, victim.Index, other, duration)));
    }
}
