using AspireKv.Cluster.Operations;
using AspireKv.Simulation.Tests.Clients;
using AspireKv.Simulation.Tests.Faults;
using AspireKv.Simulation.Tests.Judging;
using AspireKv.Simulation.Tests.Scenarios;
using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Running;

/// <summary>Runs one scenario from the founding to the last read, and has it judged.</summary>
internal static class SimulationRun
{
    private const int MaxEvents = 50_000;
    private static readonly TimeSpan FinalTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RebuildTime = TimeSpan.FromSeconds(2);

    public static SimulationReport Run(int seed, Func<Saboteur>? saboteur = null, bool keepTrace = false) =>
        Run(ScenarioDraw.Draw(seed), saboteur, keepTrace);

    public static SimulationReport Run(Scenario scenario, Func<Saboteur>? saboteur = null, bool keepTrace = false)
    {
        var trace = new Trace(keepTrace);
        var cluster = new SimulatedCluster(scenario, saboteur?.Invoke() ?? new Saboteur(), trace);
        var nemesis = new Nemesis(cluster);
        cluster.Observers = [new Invariants(cluster), new AimedFaults(cluster, nemesis, cluster.FaultRandom)];
        var clients = new SimulatedClients(cluster, cluster.Random.Fork());
        var violation = Find(() => RunToEnd(cluster, nemesis, clients));
        if (violation is not { IsOfSafety: true })
        {
            // A cluster that stands still may have lied before.
            violation = Find(() => Judge.Check(clients.History)) ?? violation;
        }

        if (violation is null && scenario.StopPatience is not null)
        {
            violation = Find(() => Judge.CheckKnown(clients.History, nemesis.CutAt));
        }

        return new SimulationReport
        {
            Scenario = scenario,
            Events = cluster.EventCount,
            Faults = nemesis.Struck,
            Moves = cluster.Driver.Ended,
            DisksLost = nemesis.DisksLost,
            DisksPutBack = nemesis.DisksPutBack,
            History = clients.History,
            TraceHash = trace.Hash,
            Trace = trace.Lines,
            Violation = violation?.Message,
            IsOfSafety = violation is { IsOfSafety: true },
        };
    }

    private static ViolationException? Find(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (ViolationException exception)
        {
            return exception;
        }
    }

    private static void RunToEnd(SimulatedCluster cluster, Nemesis nemesis, SimulatedClients clients)
    {
        var scenario = cluster.Scenario;
        var final = new FinalReads(cluster, clients, cluster.Random.Fork());
        foreach (var node in cluster.Nodes)
        {
            cluster.Events.After(cluster.Random.Milliseconds(0, 3), node.StartIfDown);
        }

        nemesis.Ask = (node, kind) => clients.Call(
            new PlannedOperation(cluster.Events.Now, kind, ConditionKind.None, 0, node.Index, 0), node.Runs ? node : null, _ => { });
        clients.Plan(scenario.Operations);
        nemesis.Plan(scenario.Faults);
        if (scenario.Moves is { } moves)
        {
            cluster.Driver.Begin(moves);
        }

        cluster.Events.After(scenario.HealAt, cluster.Heal);
        // What is still pending then ends before the last reads begin, and no longer disturbs them.
        cluster.Events.After(scenario.HealAt + (scenario.OperationTimeout * 3), () => BeginOnceRebuilt(cluster, final));

        var end = scenario.HealAt + FinalTime;
        while (!final.IsDone)
        {
            if (!cluster.Events.Step(end))
            {
                throw new ViolationException("the last reads do not come to an end", isOfSafety: false);
            }

            if (cluster.EventCount > MaxEvents)
            {
                throw new ViolationException("the cluster never comes to rest", isOfSafety: false);
            }
        }
    }

    /// <summary>
    /// The cluster must be founded, who lost its disk a voter again, each partition where it belongs and nowhere else, all its replicas
    /// alike, entry by entry, and the first of them its coordinator, by itself once nothing hinders it.
    /// </summary>
    private static void BeginOnceRebuilt(SimulatedCluster cluster, FinalReads final)
    {
        var others = cluster.Nodes.Where(node => node != cluster.StayingDown);
        var partitions = cluster.Nodes.SelectMany(static node => node.Partitions);
        var away = partitions.Where(static partition => partition.State.Upkeep.IsAway).ToArray();
        var unlike = cluster.StayingDown is null && cluster.Driver.IsDone ? Unlike(cluster).ToArray() : [];
        if (others.All(node => node.Partitions.Count > 0 && !node.LacksMemory))
        {
            if (cluster.StayingDown is not null)
            {
                cluster.StartTheLast();
            }
            else if (away.Length + unlike.Length == 0 && cluster.Driver.IsDone && !HasStrays(cluster))
            {
                final.Begin();
                return;
            }
        }

        if (cluster.Events.Now > cluster.Scenario.HealAt + RebuildTime)
        {
            var behind = others.Where(node => node.Partitions.Count == 0 || node.LacksMemory).Select(node => node.Id);
            var elsewhere = away.Select(static partition => partition.Number);
            var moving = cluster.Topology.IsFounded && (!cluster.Driver.IsDone || HasStrays(cluster))
                ? string.Join("; ", cluster.Topology.Newest.Partitions)
                : "none";
            throw behind.Any() || away.Length > 0 || moving != "none"
                ? new ViolationException(
                    $"not founded or rebuilt though everything is healed: nodes {string.Join(", ", behind)}; "
                        + $"not handed back: partitions {string.Join(", ", elsewhere)}; not where they belong: {moving}",
                    isOfSafety: false)
                : new ViolationException($"not alike though everything is healed: {string.Join("; ", unlike)}");
        }
        else
        {
            cluster.Events.After(TimeSpan.FromMilliseconds(5), () => BeginOnceRebuilt(cluster, final));
        }
    }

    /// <summary>True while a node that does not hold a partition any more has entries of it.</summary>
    private static bool HasStrays(SimulatedCluster cluster) => cluster.Topology.Newest.Partitions.Index().Any(each =>
        cluster.Nodes.Any(node => !each.Item.Contains(node.Id) && node.Disk.Placed.Describe(each.Index).Length > 0));

    /// <summary>The partitions whose replicas differ in some entry.</summary>
    private static IEnumerable<string> Unlike(SimulatedCluster cluster)
    {
        for (var partition = 0; partition < cluster.Scenario.Partitions; partition++)
        {
            var replicas = cluster.Nodes.Where(node =>
                node.Partitions.Count > partition && cluster.Topology.Newest.Partitions[partition].Contains(node.Id));
            var held = replicas.Select(node => (node.Id, Text: node.Disk.Placed.Describe(partition))).ToArray();
            if (held.Select(static each => each.Text).Distinct().Count() > 1)
            {
                yield return $"partition {partition}: {string.Join(" | ", held.Select(each => $"node {each.Id} {each.Text}"))}";
            }
        }
    }
}
