using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Membership;

/// <summary>A topology that is driven, with all that a driver would know. Each step is held against the invariants.</summary>
internal sealed class DrivenCluster
{
    private readonly Dictionary<NodeId, AdmittedLife> _lives = [];

    public DrivenCluster(ClusterTopology topology)
    {
        Topology = topology;
        Alive = [.. topology.Members.Select(member => member.Id)];
        AssertFaultless();
    }

    public ClusterTopology Topology { get; private set; }

    public HashSet<NodeId> Alive { get; }

    public HashSet<SweptPartition> Swept { get; } = [];

    public IEnumerable<int> Moving =>
        Topology.Partitions.Index().Where(partition => partition.Item.IsMoving).Select(partition => partition.Index);

    public PartitionAssignment this[int partition] => Topology.Partitions[partition];

    public string ReplicasOf(int partition) => string.Join(',', this[partition].Config.Replicas);

    public string NextReplicasOf(int partition) => string.Join(',', this[partition].Config.NextReplicas);

    /// <summary>Makes a target pending, as a committed plan does.</summary>
    public void Aim(int partition, params int[] target)
    {
        PartitionAssignment[] partitions = [.. Topology.Partitions];
        partitions[partition] = partitions[partition] with { Target = TestTopologies.Nodes(target) };
        Follow(Topology with { Version = Topology.Version + 1, Partitions = partitions });
    }

    public void SetState(int node, MemberState state) => Follow(Topology with
    {
        Version = Topology.Version + 1,
        Members = [.. Topology.Members.Select(member => member.Id.Value == node ? member with { State = state } : member)],
    });

    /// <summary>The node begins a new life, in the place of the one that the topology knows.</summary>
    public void BeginLife(NodeId node, ulong incarnation) =>
        _lives[node] = new AdmittedLife(incarnation, [Topology.Find(node)!.Identity.Incarnation]);

    public void Admit(NodeId node, AdmittedLife life) => _lives[node] = life;

    /// <summary>The move of the partition is swept under its present config.</summary>
    public void Sweep(int partition) => Swept.Add(new SweptPartition(partition, this[partition].Config.Epoch));

    /// <returns>True when something was due.</returns>
    public bool Drive()
    {
        var facts = new DriverFacts { Lives = _lives, Alive = Alive, Swept = Swept };
        if (TopologyDriver.Next(Topology, facts) is not { } next)
        {
            return false;
        }

        Follow(next);
        return true;
    }

    /// <summary>Everything is swept as soon as it moves, until nothing is due.</summary>
    public void DriveToTheEnd()
    {
        // Each step begins or ends a move; with each replica on its way alone there are not more than these.
        var left = 100 + (20 * Topology.Partitions.Count);
        do
        {
            Assert.True(left-- > 0, "The driver comes to no end.");
            foreach (var partition in Moving)
            {
                Sweep(partition);
            }
        }
        while (Drive());
    }

    public void Follow(ClusterTopology next)
    {
        var faults = TopologyInvariants.FindFaultsOfStep(Topology, next).ToList();
        Topology = next;
        Assert.Empty(faults);
        AssertFaultless();
    }

    private void AssertFaultless()
    {
        Assert.Empty(TopologyInvariants.FindFaults(Topology));
        PartitionConfig[] moves = [.. Topology.Partitions.Where(partition => partition.IsMoving).Select(partition => partition.Config)];
        Assert.InRange(moves.Length, 0, TopologyDriver.MaxMoves);
        AssertShare(moves.SelectMany(config => config.NextReplicas.Except(config.Replicas)));
        AssertShare(moves.SelectMany(config => config.Replicas.Except(config.NextReplicas)));
    }

    private static void AssertShare(IEnumerable<NodeId> moving) =>
        Assert.All(moving.CountBy(node => node), node => Assert.InRange(node.Value, 1, TopologyDriver.MaxMovesOfNode));
}
