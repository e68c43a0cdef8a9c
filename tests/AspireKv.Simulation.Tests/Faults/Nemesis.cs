using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Simulation.Tests.Scenarios;
using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Faults;

/// <summary>Makes faults happen.</summary>
internal sealed class Nemesis(SimulatedCluster cluster)
{
    /// <summary>After which time a cut that is to find everything settled looks again.</summary>
    private static readonly TimeSpan CutRetry = TimeSpan.FromMilliseconds(2);

    /// <summary>How many faults struck.</summary>
    public int Struck { get; private set; }

    /// <summary>The node that holds what another one lost with its disk; null when none is known.</summary>
    public SimulatedNode? SoleHolder { get; private set; }

    /// <summary>How many disks were lost.</summary>
    public int DisksLost { get; private set; }

    /// <summary>How many old disks were put back.</summary>
    public int DisksPutBack { get; private set; }

    /// <summary>When a link was last cut; what is under way at that moment may be lost with it.</summary>
    public TimeSpan CutAt { get; private set; }

    /// <summary>Lets a client ask this node for something at once, since some faults only show if somebody asks.</summary>
    public Action<SimulatedNode, OperationKind> Ask { get; set; } = (_, _) => { };

    public void Plan(IEnumerable<PlannedFault> faults)
    {
        foreach (var fault in faults)
        {
            cluster.Events.After(fault.At, () => Strike(fault));
        }
    }

    public void Strike(PlannedFault fault)
    {
        var node = cluster.Nodes[fault.Node];
        var isCalm = cluster.Scenario.StopPatience is not null;
        if (isCalm && !cluster.IsHealed && fault.Kind == FaultKind.CutLink && !(IsWhole() && IsEveryHolderKnown()))
        {
            cluster.Events.After(CutRetry, () => Strike(fault));
            return;
        }

        if (cluster.IsHealed || !node.IsUp || (isCalm && !IsWhole()))
        {
            return;
        }

        Struck++;
        CutAt = fault.Kind == FaultKind.CutLink ? cluster.Events.Now : CutAt;
        cluster.Count();
        var until = cluster.Events.Now + fault.Duration;
        cluster.Log($"fault: {fault.Kind} node {node.Id} other {fault.Other + 1} for {fault.Duration.TotalMilliseconds:F1} ms");
        switch (fault.Kind)
        {
            case FaultKind.Crash:
                node.Crash(fault.Duration);
                break;
            case FaultKind.Stop:
                node.Stopping.Begin(cluster.Scenario.StopPatience ?? cluster.Random.Milliseconds(1, 60), fault.Duration);
                break;
            case FaultKind.LoseDisk when MayLoseDisk(node):
                DisksLost++;
                node.LoseDisk(fault.Duration);
                break;
            case FaultKind.CopyDisk:
                node.Old.Keep(isCopy: true);
                break;
            case FaultKind.PutOldDiskBack when node.Old.MayBePutBack && MayLoseDisk(node):
                DisksPutBack++;
                node.PutOldDiskBack(fault.Duration);
                break;
            case FaultKind.LoseDisk or FaultKind.PutOldDiskBack:
                break;
            case FaultKind.SoleCopy:
                LeaveSoleCopy(node, cluster.Nodes[fault.Other]);
                break;
            case FaultKind.PowerCut:
                foreach (var each in cluster.Nodes)
                {
                    each.Crash(fault.Duration * (0.5 + (0.5 * each.Index / cluster.Nodes.Count)));
                }

                break;
            case FaultKind.Pause:
                node.PausedUntil = until;
                break;
            case FaultKind.SlowDisk:
                node.DiskSlowUntil = until;
                break;
            case FaultKind.FullDisk:
                node.DiskFullUntil = until;
                break;
            case FaultKind.NoRoom:
                node.NoRoomUntil = until;
                break;
            case FaultKind.LoseDisks:
                for (var other = 0; other < cluster.Nodes.Count; other++)
                {
                    var next = cluster.Nodes[(node.Index + other) % cluster.Nodes.Count];
                    Strike(fault with { Kind = FaultKind.LoseDisk, Node = next.Index, Duration = fault.Duration * (other + 1) });
                }

                break;
            case FaultKind.Usurp:
                node.LonelyUntil = until;
                Ask(node, OperationKind.Get);
                break;
            case FaultKind.Coup:
                StageCoup(node, until);
                break;
            case FaultKind.HalfWrite:
                HalveWrite(node, cluster.Nodes[fault.Other], fault.Duration);
                break;
            default:
                StrikeLinks(fault.Kind, node, cluster.Nodes[fault.Other], until);
                break;
        }
    }

    /// <summary>
    /// Only once the cluster stands, and while a quorum with its memory is left: more than that nobody promises to survive.
    /// </summary>
    private bool MayLoseDisk(SimulatedNode node)
    {
        if (cluster.Scenario.Moves is not null)
        {
            return cluster.Nodes.All(other => other.Disk.Founding is not null || other.LacksMemory) && cluster.Driver.MayLose(node.Id);
        }

        var without = cluster.Nodes.Count(other => other != node && other.LacksMemory);
        return cluster.Nodes.All(other => other.Disk.Founding is not null || other.LacksMemory)
            && without + 1 <= (cluster.Scenario.Replicas - 1) / 2;
    }

    /// <summary>True while everybody is up, is let in by all and votes, and nobody is about to stop.</summary>
    private bool IsWhole() => cluster.Nodes.All(node => node.Runs
        && !node.Stopping.IsUnderWay
        && node.Partitions.Count > 0
        && node.Disk.TopologyVersion == cluster.Topology.Newest.Version
        && node.Partitions.All(partition => node.Lives!.MayVote(partition.State.Config!.Quorum))
        && cluster.Nodes.All(other => other == node || other.Lives?.Admits(node) == true));

    /// <summary>True while everybody knows who coordinates each partition.</summary>
    private bool IsEveryHolderKnown() => cluster.Nodes.All(node => node.Partitions.All(partition =>
        partition.State.Holder is var holder && holder != NodeId.None
        && cluster.NodeOf(holder).Partitions[partition.Number].State.HoldsBallot));

    private void StageCoup(SimulatedNode usurper, TimeSpan until)
    {
        var holder = cluster.Nodes.FirstOrDefault(
            node => node != usurper && node.Runs && node.Partitions is [{ State.HoldsBallot: true }, ..]);
        if (holder is null)
        {
            return;
        }

        cluster.Network.Cut(usurper, holder, until);
        usurper.LonelyUntil = until;
        Ask(usurper, OperationKind.Put);
        for (var reads = cluster.Random.Next(1, 5); reads > 0; reads--)
        {
            cluster.Events.After(cluster.Random.Milliseconds(0, 14), () => Ask(holder, OperationKind.Get));
        }
    }

    private void HalveWrite(SimulatedNode coordinator, SimulatedNode reached, TimeSpan duration)
    {
        var rest = cluster.Nodes.Where(node => node != coordinator && node != reached).ToArray();
        foreach (var node in rest)
        {
            cluster.Network.Cut(coordinator, node, cluster.Events.Now + duration);
        }

        cluster.Events.After(cluster.Random.Milliseconds(1, 4), () => Strike(FaultKind.Isolate, coordinator, duration));
        cluster.Events.After(cluster.Random.Milliseconds(3, 6), () => Strike(FaultKind.Usurp, reached, duration / 2));
        cluster.Events.After(duration, () =>
        {
            Strike(FaultKind.Isolate, reached, duration);
            Strike(FaultKind.Usurp, cluster.Random.Pick(rest), duration);
        });
    }

    private void LeaveSoleCopy(SimulatedNode coordinator, SimulatedNode reached)
    {
        var until = cluster.Events.Now + TimeSpan.FromMilliseconds(12);
        foreach (var node in cluster.Nodes.Where(node => node != coordinator && node != reached))
        {
            foreach (var other in new[] { coordinator, reached })
            {
                cluster.Network.Cut(other, node, until);
                cluster.Network.Cut(node, other, until);
            }
        }

        coordinator.LonelyUntil = until;
        for (var write = cluster.Random.Next(1, 3); write > 0; write--)
        {
            Ask(coordinator, OperationKind.Put);
        }

        cluster.Events.After(cluster.Random.Milliseconds(6, 12), () =>
        {
            SoleHolder = coordinator;
            if (cluster.Scenario.Aimed.PutOldDiskBack > 0 && reached.Old.MayBePutBack)
            {
                ForgetSoleCopy(coordinator, reached);
            }
            else
            {
                Strike(FaultKind.LoseDisk, reached, cluster.Random.Milliseconds(0.5, 3));
            }
        });
    }

    /// <summary>The one other that held the write finds an old disk, and is asked while the node that has the write is away.</summary>
    private void ForgetSoleCopy(SimulatedNode coordinator, SimulatedNode reached)
    {
        var rest = cluster.Random.Pick(cluster.Nodes.Where(node => node != coordinator && node != reached).ToArray());
        Strike(FaultKind.PutOldDiskBack, reached, cluster.Random.Milliseconds(0.5, 2));
        Strike(FaultKind.Isolate, coordinator, TimeSpan.FromMilliseconds(40));
        foreach (var after in new[] { 12, 20 })
        {
            cluster.Events.After(TimeSpan.FromMilliseconds(after), () => Strike(FaultKind.Usurp, rest, TimeSpan.FromMilliseconds(8)));
        }
    }

    private void Strike(FaultKind kind, SimulatedNode node, TimeSpan duration) =>
        Strike(new PlannedFault(cluster.Events.Now, kind, node.Index, (node.Index + 1) % cluster.Nodes.Count, duration));

    private void StrikeLinks(FaultKind kind, SimulatedNode node, SimulatedNode other, TimeSpan until)
    {
        var others = kind is FaultKind.CutLink or FaultKind.CutOneWay ? [other] : cluster.Nodes.Where(each => each != node);
        foreach (var each in others)
        {
            switch (kind)
            {
                case FaultKind.BreakConnections:
                    cluster.Network.Break(node, each);
                    break;
                case FaultKind.CutOneWay:
                    cluster.Network.Cut(node, each, until);
                    break;
                case FaultKind.Deafen:
                    cluster.Network.Cut(each, node, until);
                    break;
                default:
                    cluster.Network.Cut(node, each, until);
                    cluster.Network.Cut(each, node, until);
                    break;
            }
        }
    }
}
