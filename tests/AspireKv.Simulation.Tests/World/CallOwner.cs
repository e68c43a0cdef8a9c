using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;

namespace AspireKv.Simulation.Tests.World;

/// <summary>Hears of the end of a call's operation at one partition: tells the observers, and whoever called.</summary>
internal sealed class CallOwner(SimulatedPartition at, PendingCall call) : IOperationOwner
{
    /// <summary>When the partition took the call.</summary>
    private readonly TimeSpan _arrivedAt = at.Cluster.Events.Now;

    public void OnEnded(PendingOperation operation, OperationResult result)
    {
        var cluster = at.Cluster;
        var told = cluster.Saboteur.Completes(at, operation, result);
        cluster.Tell(observer => observer.Completed(at, operation, _arrivedAt, told));
        if (cluster.Saboteur.Repeats(operation, told))
        {
            cluster.Events.AfterIn(at.Node, TimeSpan.Zero, () => at.Node.Start(call with
            {
                Hops = operation.Hops + 1,
                Deadline = cluster.Events.Now + cluster.Scenario.OperationTimeout,
            }));
            return;
        }

        call.Answer(told);
    }

    public void Forward(PendingOperation operation, NodeId to) =>
        at.Node.Forward(call with { Hops = operation.Hops }, at.Cluster.NodeOf(to));
}
