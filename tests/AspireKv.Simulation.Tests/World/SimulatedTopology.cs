using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Simulation.Tests.World;

/// <summary>One version of the topology.</summary>
/// <param name="Version">From 1.</param>
/// <param name="Partitions">The config of each partition.</param>
/// <param name="Lives">The incarnation of each member that is registered.</param>
internal sealed record TopologyVersion(
    long Version, IReadOnlyList<PartitionConfig> Partitions, IReadOnlyDictionary<NodeId, ulong> Lives)
{
    /// <summary>True where this member is registered in this life.</summary>
    public bool Names(NodeId node, ulong incarnation) => Lives.TryGetValue(node, out var registered) && registered == incarnation;
}

/// <summary>
/// The topology, in one place and never in doubt: that it is a register of the protocol itself is not simulated here. Nodes learn its
/// versions late, each at its own time (<see cref="TopologyTalk"/>).
/// </summary>
internal sealed class SimulatedTopology(SimulatedCluster cluster)
{
    private readonly List<TopologyVersion> _versions = [];

    public bool IsFounded => _versions.Count > 0;

    public TopologyVersion Newest => _versions[^1];

    public TopologyVersion At(long version) => _versions[(int)version - 1];

    /// <summary>The first version follows from the founding record alone, for whoever computes it.</summary>
    public void Found(FoundingRecord record)
    {
        if (!IsFounded)
        {
            _versions.Add(new TopologyVersion(
                1,
                [.. Enumerable.Range(0, record.PartitionCount).Select(record.ConfigOf)],
                record.Members.ToDictionary(static member => member.Id, static member => member.Incarnation)));
        }
    }

    /// <summary>Registers a life of a member.</summary>
    public void Register(NodeId node, ulong incarnation)
    {
        cluster.Log($"topology {Newest.Version + 1}: node {node} is registered anew");
        var lives = new Dictionary<NodeId, ulong>(Newest.Lives) { [node] = incarnation };
        _versions.Add(Newest with { Version = Newest.Version + 1, Lives = lives });
    }

    /// <summary>
    /// Gives the partition another config. Who holds it already keeps the grant; everybody else is granted it anew, in the life that is
    /// registered now.
    /// </summary>
    public void Change(int partition, IReadOnlyList<NodeId> replicas, IReadOnlyList<NodeId> nextReplicas)
    {
        var version = Newest.Version + 1;
        var before = Newest.Partitions[partition];
        var grants = replicas.Union(nextReplicas)
            .ToDictionary(node => node, node => before.GrantOf(node) ?? Grant(partition, node, version));
        var config = new PartitionConfig(version, replicas, nextReplicas, grants);
        cluster.Log($"topology {version}: partition {partition} has {config}");
        _versions.Add(Newest with
        {
            Version = version,
            Partitions = [.. Newest.Partitions.Select((each, number) => number == partition ? config : each)],
        });
        cluster.Tell(observer => observer.ConfigChanged(partition, config));
    }

    private Grant Grant(int partition, NodeId node, long version)
    {
        var former = _versions.Select(each => each.Partitions[partition].GrantOf(node)).LastOrDefault(static grant => grant is not null);
        return new Grant(cluster.Saboteur.KeepsSince && former is { } known ? known.Since : version, Newest.Lives[node]);
    }
}
