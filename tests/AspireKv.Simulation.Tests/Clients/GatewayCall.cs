using AspireKv.Cluster.Operations;
using AspireKv.Simulation.Tests.Scenarios;
using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Clients;

/// <summary>
/// One operation in the hands of a gateway, which goes about it as the product's OperationSender does: a node is asked, and another one
/// where <see cref="RepeatRules.IsFinal"/> says that the answer need not be the client's, as long as there is a node and time.
/// </summary>
/// <param name="cluster">The world.</param>
/// <param name="random">What the way to a node and back takes, and whether an answer is lost.</param>
/// <param name="partition">The partition of the key.</param>
/// <param name="operation">What is asked.</param>
/// <param name="chooseNext">Another node than those that were asked, or null.</param>
/// <param name="heard">Hears each answer, before it is judged.</param>
/// <param name="ended">Hears the last one, once; unknown when there was none in time.</param>
internal sealed class GatewayCall(
    SimulatedCluster cluster,
    SeededRandom random,
    int partition,
    ClientOperation operation,
    Func<IReadOnlyList<SimulatedNode>, SimulatedNode?> chooseNext,
    Action<OperationResult> heard,
    Action<OperationResult> ended)
{
    /// <summary>The simulated network is quick, and so are the operations.</summary>
    private static readonly TimeSpan ShortestAttempt = TimeSpan.FromMilliseconds(5);

    private readonly TimeSpan _deadline = cluster.Events.Now + (cluster.Scenario.OperationTimeout * 1.5);

    /// <summary>The nodes that were asked; the answer of the last one counts.</summary>
    private readonly List<SimulatedNode> _asked = [];

    private bool _hasEnded;

    private TimeSpan Left => _deadline - cluster.Events.Now;

    /// <summary>Asks the node.</summary>
    public void Ask(SimulatedNode node)
    {
        _asked.Add(node);
        var attempt = _asked.Count;
        cluster.Events.AfterAt(node, random.Milliseconds(0.1, 1), () =>
        {
            var time = Left < cluster.Scenario.OperationTimeout ? Left : cluster.Scenario.OperationTimeout;
            node.Start(node.Stopping.Track(new PendingCall(
                partition, operation, 0, cluster.Events.Now + time, result => Reply(attempt, result))));
        });
        cluster.Events.After(operation.Kind == OperationKind.Get ? Left / 2 : Left, () => End(attempt, OperationResult.Unknown));
    }

    private void Reply(int attempt, OperationResult result)
    {
        if (cluster.IsHealed || !random.Chance(cluster.Scenario.AnswerLoss))
        {
            cluster.Events.After(random.Milliseconds(0.1, 1), () => End(attempt, result));
        }
    }

    private void End(int attempt, OperationResult result)
    {
        if (_hasEnded || attempt != _asked.Count)
        {
            return;
        }

        heard(result);
        if (!RepeatRules.IsFinal(operation.Kind, result) && RepeatRules.MayAskAnother(attempt, Left, ShortestAttempt)
            && chooseNext(_asked) is { } next)
        {
            cluster.Log($"gateway hears {result.Outcome} {result.Reason} of {operation.Key}, and asks node {next.Id}");
            Ask(next);
            return;
        }

        _hasEnded = true;
        ended(result);
    }
}
