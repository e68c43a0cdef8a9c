using System.Runtime.CompilerServices;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Partitions;
using AspireKv.Cluster.Topology;
using AspireKv.Simulation.Tests.Scenarios;

namespace AspireKv.Simulation.Tests.World;

/// <summary>A whole cluster in one thread: nodes, links and time. All that happens by chance is drawn from one seed.</summary>
internal sealed class SimulatedCluster
{
    private static readonly TimeSpan HealthyResendInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestSync = TimeSpan.FromMilliseconds(40);

    private readonly SeededRandom _liveness;
    private long _lastNumber;

    public SimulatedCluster(Scenario scenario, Saboteur saboteur, Trace trace)
    {
        Scenario = scenario;
        Saboteur = saboteur;
        Trace = trace;
        Random = new SeededRandom(~(ulong)scenario.Seed);
        _liveness = Random.Fork();
        FaultRandom = Random.Fork();
        Network = new SimulatedNetwork(Events, scenario.Network, Random.Fork(), Deliver);
        TopologyRandom = new SeededRandom((ulong)scenario.Seed ^ 0x746f706f6c6f6779);
        Topology = new SimulatedTopology(this);
        Driver = new SimulatedDriver(this);
        Nodes = [.. Enumerable.Range(0, scenario.Nodes).Select(index => new SimulatedNode(this, index))];
    }

    public Scenario Scenario { get; }

    public Saboteur Saboteur { get; }

    public Trace Trace { get; }

    public EventQueue Events { get; } = new();

    public SeededRandom Random { get; }

    /// <summary>What faults draw from that answer to what happens, so that they do not shift the numbers of others.</summary>
    public SeededRandom FaultRandom { get; }

    /// <summary>What the topology and those who learn it draw from.</summary>
    public SeededRandom TopologyRandom { get; }

    public SimulatedTopology Topology { get; }

    public SimulatedDriver Driver { get; }

    public SimulatedNetwork Network { get; }

    public IReadOnlyList<SimulatedNode> Nodes { get; } = [];

    /// <summary>Who hears of what happens; in this order.</summary>
    public IReadOnlyList<IClusterObserver> Observers { get; set; } = [];

    /// <summary>From here on there are no more faults.</summary>
    public bool IsHealed { get; private set; }

    /// <summary>Messages that arrived, syncs, calls, answers, resends and faults; not the ticks of idle timers.</summary>
    public int EventCount { get; private set; }

    public SimulatedNode NodeOf(NodeId id) => Nodes[id.Value - 1];

    public long NextNumber() => ++_lastNumber;

    public void Count() => EventCount++;

    public void Log(ref DefaultInterpolatedStringHandler line) => Trace.Write(Events.Now, ref line);

    public void Tell(Action<IClusterObserver> what)
    {
        foreach (var observer in Observers)
        {
            what(observer);
        }
    }

    public SendOutcome Send(SimulatedNode from, SimulatedNode to, NetworkMessage message) => Network.Send(from, to, message);

    /// <summary>Whether one node takes another for alive: the truth of this moment, but for lies.</summary>
    public bool IsAlive(SimulatedNode asking, SimulatedNode node)
    {
        if (asking.LonelyUntil > Events.Now)
        {
            return false;
        }

        var isAlive = node.Runs && !node.Stopping.HasSentPeersAway && !Network.IsCut(asking, node) && !Network.IsCut(node, asking);
        var errs = !IsHealed && Scenario.StopPatience is null;
        return errs && _liveness.Chance(isAlive ? Scenario.LivenessLies : 0.25) ? !isAlive : isAlive;
    }

    /// <summary>A node that this one and the other reach, where this one does not reach the other; null where there is none.</summary>
    public SimulatedNode? FindRelay(SimulatedNode asking, SimulatedNode node) =>
        IsAlive(asking, node) || !Saboteur.Relays
            ? null
            : Nodes.FirstOrDefault(relay => relay != asking && relay != node && IsAlive(asking, relay) && IsAlive(relay, node));

    /// <summary>Sends the messages of an operation again while it is pending, and ends it when its time is up.</summary>
    public void LookAfter(SimulatedNode node, PartitionState partition, PendingOperation operation, TimeSpan deadline)
    {
        var left = deadline - Events.Now;
        var interval = IsHealed ? HealthyResendInterval : Scenario.ResendInterval;
        if (operation.IsDone)
        {
            return;
        }

        if (left <= TimeSpan.Zero)
        {
            Count();
            partition.Abandon(operation);
            return;
        }

        Events.AfterIn(node, left < interval ? left : interval, () =>
        {
            if (!operation.IsDone && Events.Now < deadline)
            {
                Count();
                partition.Resend(operation);
            }

            LookAfter(node, partition, operation, deadline);
        });
    }

    /// <summary>How long a sync of the node takes that begins now.</summary>
    public TimeSpan DrawSyncTime(SimulatedNode node, TimeSpan average)
    {
        if (IsHealed)
        {
            return TimeSpan.FromMilliseconds(0.2);
        }

        var time = average * (Random.NextDouble() + 0.2) * (Random.Chance(0.1) ? 8 : 1);
        time = node.DiskSlowUntil > Events.Now ? (time * 15) + TimeSpan.FromMilliseconds(1) : time;
        return time < LongestSync ? time : LongestSync;
    }

    /// <summary>Ends all faults: everybody runs, and nothing is lost any more.</summary>
    public void Heal()
    {
        Log($"everything heals");
        KeepOneDown();
        IsHealed = true;
        Network.Heal();
        foreach (var node in Nodes)
        {
            node.PausedUntil = node.DiskFullUntil = node.NoRoomUntil = node.DiskSlowUntil = node.LonelyUntil = TimeSpan.Zero;
            if (node is { IsUp: true, Stopping.IsUnderWay: true } && Scenario.StopPatience is null)
            {
                // Where nothing but stops goes wrong, each takes the time that it needs.
                node.Stopping.End();
            }

            if (node != StayingDown)
            {
                node.StartIfDown();
            }
        }
    }

    /// <summary>
    /// The node that stays down for a while when everything else heals: it lacks its memory, and must not hold back another one that does.
    /// </summary>
    public SimulatedNode? StayingDown { get; private set; }

    /// <summary>Ends the last fault.</summary>
    public void StartTheLast()
    {
        StayingDown?.StartIfDown();
        StayingDown = null;
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
            MaxValueBytes = 1024 * 1024,
            Members = members,
            Placement = [.. Enumerable.Range(0, Scenario.Partitions).Select(partition => PlacementOf(partition, members))],
        };
    }

    private void KeepOneDown()
    {
        if (Scenario.Moves is not null)
        {
            // A partition may have few replicas at that moment.
            return;
        }

        var learners = Nodes.Where(node => node.LacksMemory && Nodes.All(other => other.Disk.Founding is not null)).ToArray();
        if (learners.Length > 1)
        {
            StayingDown = learners[0];
            StayingDown.StayDown();
        }
    }

    private IReadOnlyList<NodeId> PlacementOf(int partition, IReadOnlyList<Member> members) =>
        [.. Enumerable.Range(0, Scenario.Replicas).Select(replica => members[(partition + replica) % members.Count].Id)];

    private void Deliver(SimulatedNode from, SimulatedNode to, NetworkMessage message)
    {
        if (message is not LifeMessage)
        {
            // Such events come and go for ever, like the ticks of a timer.
            Count();
        }

        Log($"node {to.Id} gets from {from.Id}: {message}");
        to.OnMessage(from, message);
    }
}
