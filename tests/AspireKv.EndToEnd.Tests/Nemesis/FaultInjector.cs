using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>Does to the cluster what a <see cref="PlannedFault"/> says, and undoes it.</summary>
internal sealed class FaultInjector(NemesisCluster cluster, MemberChanges members, Random random)
{
    private static readonly TimeSpan CutLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan NoticeLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RebuildLimit = TimeSpan.FromSeconds(60);
    private static readonly LinkConditions Silent = new() { HoldsRequests = true, HoldsAnswers = true };

    /// <summary>Makes the fault happen, and waits for what it takes; from then on it is there in full.</summary>
    public async Task BeginAsync(PlannedFault fault)
    {
        if (fault.ChangesMembers)
        {
            await members.BeginAsync(fault);
            return;
        }

        var node = cluster.Node(fault.Node);
        switch (fault.Kind)
        {
            case FaultKind.Kill or FaultKind.KillDuringRecovery:
                await node.KillAsync();
                break;
            case FaultKind.Terminate:
                await node.StopAsync();
                break;
            case FaultKind.KillAll:
                await Task.WhenAll(cluster.Processes.Nodes.Select(each => each.KillAsync()));
                break;
            case FaultKind.KillMajority:
                await Task.WhenAll(node.KillAsync(), cluster.Node(fault.Node + 1).KillAsync());
                break;
            case FaultKind.Pause:
                node.Pause();
                break;
            case FaultKind.Isolate or FaultKind.Flap:
                LinkProxies.Cut(cluster.LinksOf(node));
                break;
            case FaultKind.IsolateFromNodes:
                LinkProxies.Cut(cluster.LinksBetweenNodes(node));
                break;
            case FaultKind.CutLink:
                LinkProxies.Cut(cluster.LinksBetween(node, cluster.Node(fault.Node + 1)));
                LinkProxies.Cut(cluster.LinksBetween(cluster.Node(fault.Node + 1), node));
                Pin(cluster.Processes.Gateways[0], node);
                Pin(cluster.Processes.Gateways[1], cluster.Node(fault.Node + 1));
                break;
            case FaultKind.SplitAll:
                LinkProxies.Cut(cluster.LinksBetweenNodes());
                break;
            case FaultKind.Mute:
                SetAll(cluster.LinksFrom(node), new LinkConditions { HoldsRequests = true });
                SetAll(cluster.LinksTo(node), new LinkConditions { HoldsAnswers = true });
                break;
            case FaultKind.Deafen:
                SetAll(cluster.LinksFrom(node), new LinkConditions { HoldsAnswers = true });
                SetAll(cluster.LinksTo(node), new LinkConditions { HoldsRequests = true });
                break;
            case FaultKind.Stall:
                SetAll(cluster.LinksOf(node), Silent);
                break;
            case FaultKind.Delay:
                SetAll(cluster.LinksOf(node), new LinkConditions { Delay = TimeSpan.FromMilliseconds(fault.Amount) });
                break;
            case FaultKind.Abandon:
                foreach (var link in cluster.LinksOf(node))
                {
                    link.Abandon();
                }

                break;
            case FaultKind.CutMidMessage:
                SetAll(cluster.LinksTo(node), new LinkConditions { CutAfterBytes = fault.Amount });
                break;
            case FaultKind.SkewClock:
                await node.KillAsync();
                cluster.SetClock(node, fault.Amount);
                cluster.GiveClock(node, isOwn: true);
                node.Start();
                break;
            case FaultKind.LoseDirectory:
                await node.KillAsync();
                Directory.Delete(node.Environment["Node__DataDirectory"], recursive: true);
                break;
            case FaultKind.OldDirectory:
                await node.KillAsync();
                NodeFiles.CopyAside(node);
                var isKnown = WhenSays(node, "All other members know this start");
                node.Start();
                await Wait.UntilAsync($"{node.Name} is let in", RebuildLimit, () => Task.FromResult(isKnown.IsCompleted));
                break;
            case FaultKind.DamageFile:
                await node.KillAsync();
                NodeFiles.Harm(node, fault.Amount);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "unknown fault");
        }
    }

    /// <summary>Lets the fault last for its time.</summary>
    public async Task HoldAsync(PlannedFault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Flap:
                await FlapAsync(fault);
                break;
            case FaultKind.CutMidMessage:
                await Wait.UntilAsync(
                    "a connection broke in the middle of a message",
                    CutLimit,
                    () => Task.FromResult(cluster.LinksTo(cluster.Node(fault.Node)).Any(link => link.Conditions.CutAfterBytes is null)));
                await DelayAsync(fault.Duration);
                break;
            case FaultKind.SkewClock:
                await DelayAsync(fault.Duration);
                cluster.SetClock(cluster.Node(fault.Node), -fault.Amount);
                await DelayAsync(fault.Duration);
                break;
            default:
                await DelayAsync(fault.Duration);
                break;
        }

        if (fault.Beside is { } beside)
        {
            await BeginAsync(beside);
            await HoldAsync(beside);
        }
    }

    /// <summary>Undoes the fault. What it takes the cluster to recover is still to come.</summary>
    public async Task HealAsync(PlannedFault fault)
    {
        if (fault.Beside is { } beside)
        {
            await HealAsync(beside);
        }

        if (fault.ChangesMembers)
        {
            await members.CompleteAsync();
            return;
        }

        var node = cluster.Node(fault.Node);
        var rebuilt = fault.Kind is FaultKind.LoseDirectory or FaultKind.OldDirectory or FaultKind.DamageFile
            ? WhenSays(node, "is rebuilt: it votes")
            : Task.CompletedTask;
        switch (fault.Kind)
        {
            case FaultKind.Pause:
                node.Resume();
                break;
            case FaultKind.SkewClock:
                await node.KillAsync();
                cluster.GiveClock(node, isOwn: false);
                break;
            case FaultKind.KillDuringRecovery:
                node.Start();
                await DelayAsync(TimeSpan.FromMilliseconds(fault.Amount));
                await node.KillAsync();
                break;
            case FaultKind.DamageFile:
                var aside = NodeFiles.NextAside(node);
                node.Start();
                await Wait.UntilAsync($"{node.Name} sets its files aside", NoticeLimit, () => Task.FromResult(Directory.Exists(aside)));
                break;
            case FaultKind.OldDirectory:
                await node.KillAsync();
                NodeFiles.PutBack(node);
                goto case FaultKind.LoseDirectory;
            case FaultKind.LoseDirectory:
                node.Start();
                await DelayAsync(TimeSpan.FromMilliseconds(fault.Amount));
                await cluster.Node(fault.Node + 1).KillAsync();
                break;
        }

        SetAll(cluster.AllLinks, LinkConditions.Sound);
        foreach (var dead in cluster.Processes.Nodes.Where(each => !each.IsRunning))
        {
            dead.Start();
        }

        // What others know of the node may be of its former life, in which it was a voter.
        await Wait.UntilAsync($"{node.Name} is rebuilt", RebuildLimit, () => Task.FromResult(rebuilt.IsCompleted));
    }

    /// <summary>Lets the gateway reach no node but one, which then takes in all of its calls.</summary>
    public void Pin(ServiceProcess gateway, ServiceProcess? node)
    {
        SetAll(cluster.LinksFrom(gateway), LinkConditions.Sound);
        foreach (var other in cluster.Processes.Nodes.Where(other => node is not null && other != node))
        {
            LinkProxies.Cut(cluster.LinksBetween(gateway, other));
        }
    }

    private static Task WhenSays(ServiceProcess node, string what)
    {
        var said = new TaskCompletionSource();
        node.Output.Written += line =>
        {
            if (line.Contains(what, StringComparison.Ordinal))
            {
                said.TrySetResult();
            }
        };
        return said.Task;
    }

    private async Task FlapAsync(PlannedFault fault)
    {
        for (var left = fault.Duration; left > TimeSpan.Zero;)
        {
            var interval = TimeSpan.FromMilliseconds(random.Next(50, 400));
            await DelayAsync(interval);
            left -= interval;
            var links = cluster.LinksOf(cluster.Node(fault.Node)).ToArray();
            if (links[0].Conditions.RefusesConnections)
            {
                SetAll(links, LinkConditions.Sound);
            }
            else
            {
                LinkProxies.Cut(links);
            }
        }
    }

    private static Task DelayAsync(TimeSpan delay) => Task.Delay(delay, TimeProvider.System);

    private static void SetAll(IEnumerable<LinkProxy> links, LinkConditions conditions)
    {
        foreach (var link in links)
        {
            link.Set(conditions);
        }
    }
}
