using System.Runtime.CompilerServices;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Simulation.Tests.Faults;
using AspireKv.Simulation.Tests.Judging;
using AspireKv.Simulation.Tests.Sabotage;

namespace AspireKv.Simulation.Tests.World;

/// <summary>A whole cluster in one thread: nodes, links and time. All that happens by chance is drawn from one seed.</summary>
internal sealed class SimulatedCluster
{
    private readonly SeededRandom _liveness;
    private long _lastNumber;

    public SimulatedCluster(Scenario scenario, Saboteur saboteur, Trace trace)
    {
        Scenario = scenario;
        Saboteur = saboteur;
        Trace = trace;
        Random = new SeededRandom(~(ulong)scenario.Seed);
        _liveness = Random.Fork();
        Invariants = new Invariants(this);
        Aim = new AimedFaults(this, Random.Fork());
        Nemesis = new Nemesis(this);
        Network = new SimulatedNetwork(Events, scenario.Network, Random.Fork(), Deliver);
        Nodes = [.. Enumerable.Range(0, scenario.Nodes).Select(index => new SimulatedNode(this, index))];
    }

    public Scenario Scenario { get; }

    public Saboteur Saboteur { get; }

    public Trace Trace { get; }

    public EventQueue Events { get; } = new();

    public SeededRandom Random { get; }

    public SimulatedNetwork Network { get; }

    public IReadOnlyList<SimulatedNode> Nodes { get; } = [];

    public Invariants Invariants { get; }

    public AimedFaults Aim { get; }

    public Nemesis Nemesis { get; }

    /// <summary>From here on there are no more faults.</summary>
    public bool IsHealed { get; private set; }

    /// <summary>Messages that arrived, syncs, calls, answers, resends and faults; not the ticks of idle timers.</summary>
    public int EventCount { get; private set; }

    public SimulatedNode NodeOf(NodeId id) => Nodes[id.Value - 1];

    public long NextNumber() => ++_lastNumber;

    public void Count() => EventCount++;

    public void Log(ref DefaultInterpolatedStringHandler line) => Trace.Write(Events.Now, ref line);

    public SendOutcome Send(SimulatedNode from, SimulatedNode to, NetworkMessage message) => Network.Send(from, to, message);

    /// <summary>Whether one node takes another for alive: the truth of this moment, but for lies.</summary>
    public bool IsAlive(SimulatedNode asking, SimulatedNode node)
    {
        if (asking.LonelyUntil > Events.Now)
        {
            return false;
        }

        var isAlive = node.Runs && !Network.IsCut(asking, node) && !Network.IsCut(node, asking);
        return !IsHealed && _liveness.Chance(isAlive ? Scenario.LivenessLies : 0.25) ? !isAlive : isAlive;
    }

    /// <summary>Ends all faults: everybody runs, and nothing is lost any more.</summary>
    public void Heal()
    {
        Log($"everything heals");
        IsHealed = true;
        Network.Heal();
        foreach (var node in Nodes)
        {
            node.PausedUntil = node.DiskFullUntil = node.DiskSlowUntil = node.LonelyUntil = TimeSpan.Zero;
            node.StartIfDown();
        }
    }

    /// <summary>Makes the founding record; each node's partitions lie on the nodes that follow its number.</summary>
    public FoundingRecord Found(IReadOnlyList<Member> members)
    {
        var id = new byte[16];
        Random.NextBytes(id);
        return new FoundingRecord
        {
            ClusterId = new Guid(id),
            PartitionCount = Scenario.Partitions,
            ReplicationFactor = Scenario.Replicas,
            VirtualNodes = 1,
            HashVersion = FoundingRecord.CurrentHashVersion,
            Members = members,
            Placement = [.. Enumerable.Range(0, Scenario.Partitions).Select(partition => PlacementOf(partition, members))],
        };
    }

    private IReadOnlyList<NodeId> PlacementOf(int partition, IReadOnlyList<Member> members) =>
        [.. Enumerable.Range(0, Scenario.Replicas).Select(replica => members[(partition + replica) % members.Count].Id)];

    private void Deliver(SimulatedNode from, SimulatedNode to, NetworkMessage message)
    {
        Count();
        Log($"node {to.Id} gets from {from.Id}: {message}");
        to.OnMessage(from, message);
    }
}
