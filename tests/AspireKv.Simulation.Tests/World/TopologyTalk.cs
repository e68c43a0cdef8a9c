using AspireKv.Simulation.Tests.Scenarios;

namespace AspireKv.Simulation.Tests.World;

/// <summary>
/// What one process learns of the topology, late and durably before it acts on it; and how it has its life registered, where the topology
/// names another one.
/// </summary>
internal sealed class TopologyTalk(SimulatedCluster cluster, SimulatedNode node)
{
    private static readonly TimeSpan HealthyInterval = TimeSpan.FromMilliseconds(2);

    private SimulatedTopology Topology => cluster.Topology;

    /// <summary>Begins with what the disk holds; a fresh one is given what another node holds.</summary>
    public void Begin()
    {
        if (node.Disk.TopologyVersion == 0)
        {
            var known = cluster.Nodes.Where(other => other != node && other.Disk.TopologyVersion > 0).ToArray();
            node.Disk.TopologyVersion = known.Length == 0 ? 1 : cluster.TopologyRandom.Pick(known).Disk.TopologyVersion;
        }

        Teach();
        if (cluster.Scenario.Moves is { } moves)
        {
            Look(moves);
        }
    }

    /// <summary>Asks whoever showed a newer topology, where nothing makes nodes late.</summary>
    public void Ask()
    {
        if (cluster.IsHealed || cluster.Scenario.StopPatience is not null)
        {
            cluster.Events.AfterIn(node, cluster.TopologyRandom.Milliseconds(0.5, 2), Learn);
        }
    }

    private void Look(MovePlan moves)
    {
        var interval = cluster.IsHealed ? HealthyInterval : moves.LearnIntervals[node.Index];
        cluster.Events.AfterIn(node, interval * (0.2 + cluster.TopologyRandom.NextDouble()), () =>
        {
            if (cluster.Nodes.Any(other => other != node && !cluster.Network.IsCut(node, other) && !cluster.Network.IsCut(other, node)))
            {
                Register();
                Learn();
            }

            Look(moves);
        });
    }

    private void Register()
    {
        if (!Topology.Newest.Names(node.Id, node.Self.Incarnation))
        {
            Topology.Register(node.Id, node.Self.Incarnation);
        }
    }

    private void Learn()
    {
        var version = Topology.Newest.Version;
        if (version > node.Disk.TopologyVersion)
        {
            cluster.Events.AfterIn(node, cluster.TopologyRandom.Milliseconds(0.1, 2), () =>
            {
                node.Disk.TopologyVersion = Math.Max(version, node.Disk.TopologyVersion);
                Teach();
            });
        }
    }

    private void Teach()
    {
        cluster.Log($"node {node.Id} knows the topology {node.Disk.TopologyVersion}");
        foreach (var partition in node.Partitions)
        {
            partition.State.Learn(Topology.At(node.Disk.TopologyVersion).Partitions[partition.Number]);
        }
    }
}
