using AspireKv.Cluster.Operations;
using AspireKv.Simulation.Tests.Judging;
using AspireKv.Simulation.Tests.Scenarios;
using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Clients;

/// <summary>
/// What happens once everything is healed: each key takes a write, and then each replica in turn coordinates and reads every key, with as
/// many others cut off as a quorum can do without. What any replica forgot comes out here. All of it must succeed: a cluster that is whole
/// serves.
/// </summary>
internal sealed class FinalReads(SimulatedCluster cluster, SimulatedClients clients, SeededRandom random)
{
    private const int MaxAttempts = 4;
    private static readonly TimeSpan Forever = TimeSpan.FromHours(1);
    private readonly Queue<Action> _steps = new();
    private int _waitingFor;

    public bool IsDone { get; private set; }

    public void Begin()
    {
        for (var key = 0; key < cluster.Scenario.Keys; key++)
        {
            var write = new PlannedOperation(cluster.Events.Now, OperationKind.Put, ConditionKind.None, key, 0, 0);
            _steps.Enqueue(() => Attempt(write, random.Pick(cluster.Nodes), MaxAttempts));
        }

        var replicas = cluster.Nodes.ToArray();
        random.Shuffle(replicas);
        foreach (var node in replicas)
        {
            _steps.Enqueue(() => ReadThrough(node));
        }

        Next();
    }

    private void ReadThrough(SimulatedNode node)
    {
        cluster.Network.MendCuts();
        foreach (var other in cluster.Nodes)
        {
            other.LonelyUntil = other == node ? Forever : TimeSpan.Zero;
        }

        var others = cluster.Nodes.Where(other => other != node).ToArray();
        random.Shuffle(others);
        foreach (var away in others.Take(cluster.Topology.Newest.Partitions.Min(static config => (config.Replicas.Count - 1) / 2)))
        {
            foreach (var each in cluster.Nodes.Where(each => each != away))
            {
                cluster.Network.Cut(away, each, Forever);
                cluster.Network.Cut(each, away, Forever);
            }
        }

        cluster.Log($"final reads through node {node.Id}");
        for (var key = 0; key < cluster.Scenario.Keys; key++)
        {
            if (cluster.Topology.Newest.Partitions[key % cluster.Scenario.Partitions].Contains(node.Id))
            {
                Attempt(
                    new PlannedOperation(cluster.Events.Now, OperationKind.Get, ConditionKind.None, key, node.Index, 0), node, MaxAttempts);
            }
        }

        if (_waitingFor == 0)
        {
            Next();
        }
    }

    private void Attempt(PlannedOperation operation, SimulatedNode node, int attempts)
    {
        _waitingFor++;
        clients.Call(operation, node, outcome =>
        {
            _waitingFor--;
            if (outcome is OperationOutcome.NotApplied or OperationOutcome.Unknown)
            {
                Repeat(operation, node, attempts - 1, outcome);
            }
            else if (_waitingFor == 0)
            {
                Next();
            }
        }, nobodyElse: true);
    }

    private void Repeat(PlannedOperation operation, SimulatedNode node, int attempts, OperationOutcome outcome)
    {
        if (attempts == 0)
        {
            throw new ViolationException(
                $"{operation.Kind} {SimulatedClients.KeyName(operation.Key)} through node {node.Id} ends {outcome} "
                    + "though everything is healed",
                isOfSafety: false);
        }

        _waitingFor++;
        // A refusal may come at once; what it is about gets as much time to pass as an operation has.
        cluster.Events.After(cluster.Scenario.OperationTimeout + random.Milliseconds(1, 5), () =>
        {
            _waitingFor--;
            Attempt(operation, node, attempts);
        });
    }

    private void Next()
    {
        if (_steps.TryDequeue(out var step))
        {
            step();
        }
        else
        {
            IsDone = true;
        }
    }
}
