using AspireKv.Simulation.Tests.Clients;
using AspireKv.Simulation.Tests.Faults;
using AspireKv.Simulation.Tests.Judging;
using AspireKv.Simulation.Tests.Sabotage;
using AspireKv.Simulation.Tests.World;
using AspireKv.Cluster.Operations;

namespace AspireKv.Simulation.Tests.Running;

/// <summary>Runs one scenario from the founding to the last read, and has it judged.</summary>
internal static class Simulation
{
    private const int MaxEvents = 50_000;
    private static readonly TimeSpan FinalTime = TimeSpan.FromSeconds(5);

    public static SimulationReport Run(int seed, Func<Saboteur>? saboteur = null, bool keepTrace = false) =>
        Run(ScenarioDraw.Draw(seed), saboteur, keepTrace);

    public static SimulationReport Run(Scenario scenario, Func<Saboteur>? saboteur = null, bool keepTrace = false)
    {
        var trace = new Trace(keepTrace);
        var cluster = new SimulatedCluster(scenario, saboteur?.Invoke() ?? new Saboteur(), trace);
        var clients = new SimulatedClients(cluster, cluster.Random.Fork());
        string? violation = null;
        try
        {
            RunToEnd(cluster, clients);
            Judge.Check(clients.History);
        }
        catch (ViolationException exception)
        {
            violation = exception.Message;
        }

        return new SimulationReport
        {
            Scenario = scenario,
            Events = cluster.EventCount,
            Faults = cluster.Nemesis.Struck,
            History = clients.History,
            TraceHash = trace.Hash,
            Trace = trace.Lines,
            Violation = violation,
        };
    }

    private static void RunToEnd(SimulatedCluster cluster, SimulatedClients clients)
    {
        var scenario = cluster.Scenario;
        var final = new FinalReads(cluster, clients, cluster.Random.Fork());
        foreach (var node in cluster.Nodes)
        {
            cluster.Events.After(cluster.Random.Milliseconds(0, 3), node.StartIfDown);
        }

        cluster.Nemesis.Usurped = node => clients.Call(
            new PlannedOperation(cluster.Events.Now, OperationKind.Get, ConditionKind.None, node.Index % scenario.Keys, node.Index, 0), node, _ => { });
        clients.Plan(scenario.Operations);
        cluster.Nemesis.Plan(scenario.Faults);
        foreach (var at in scenario.Purges)
        {
            cluster.Events.After(at, () => PurgeEverywhere(cluster));
        }

        cluster.Events.After(scenario.HealAt, cluster.Heal);
        // What is still pending then ends before the last reads begin, and no longer disturbs them.
        cluster.Events.After(scenario.HealAt + (SimulatedCluster.OperationTimeout * 1.5), final.Begin);

        var end = scenario.HealAt + FinalTime;
        while (!final.IsDone)
        {
            if (!cluster.Events.Step(end))
            {
                throw new ViolationException("the last reads do not come to an end");
            }

            if (cluster.EventCount > MaxEvents)
            {
                throw new ViolationException("the cluster never comes to rest");
            }
        }
    }

    private static void PurgeEverywhere(SimulatedCluster cluster)
    {
        foreach (var node in cluster.Nodes.Where(node => node.Runs))
        {
            for (var partition = 0; partition < cluster.Scenario.Partitions; partition++)
            {
                node.Purge(partition);
            }
        }
    }
}
