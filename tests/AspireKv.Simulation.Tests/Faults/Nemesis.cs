using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Faults;

/// <summary>Makes faults happen.</summary>
internal sealed class Nemesis(SimulatedCluster cluster)
{
    /// <summary>How many faults struck.</summary>
    public int Struck { get; private set; }

    /// <summary>Called when a node takes all others for dead, so that a client asks it for something.</summary>
    public Action<SimulatedNode>? Usurped { get; set; }

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
        if (cluster.IsHealed || !node.IsUp)
        {
            return;
        }

        Struck++;
        cluster.Count();
        var until = cluster.Events.Now + fault.Duration;
        cluster.Log($"fault: {fault.Kind} node {node.Id} other {fault.Other + 1} for {fault.Duration.TotalMilliseconds:F1} ms");
        switch (fault.Kind)
        {
            case FaultKind.Crash:
                node.Crash(fault.Duration);
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
            case FaultKind.Usurp:
                node.LonelyUntil = until;
                Usurped?.Invoke(node);
                break;
            default:
                StrikeLinks(fault.Kind, node, cluster.Nodes[fault.Other], until);
                break;
        }
    }

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
