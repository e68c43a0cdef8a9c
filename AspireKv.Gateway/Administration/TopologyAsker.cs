using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;

namespace AspireKv.Gateway.Administration;

/// <summary>
/// Asks nodes for plans and gives them orders. Any node takes either: whichever is asked reads and changes the topology through the system
/// partition.
/// </summary>
internal sealed class TopologyAsker(NodeDirectory nodes, NodeSurvey survey, ClusterMonitor monitor, TimeProvider time)
{
    /// <summary>How long a plan, or an order, may take in all.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer waits for this gateway to know what it tells: the next request may ask for it.</summary>
    private static readonly TimeSpan CatchUpPatience = TimeSpan.FromMilliseconds(500);

    private static readonly OrderResult Unavailable = new(OrderOutcome.Unavailable, Version: 0, Generation: 0, Refusal: null);
    private static readonly OrderResult Unknown = new(OrderOutcome.Unknown, Version: 0, Generation: 0, Refusal: null);

    /// <summary>Asks one node after the other until one answers: a plan changes nothing.</summary>
    /// <returns>The answer, or null where no node gave one.</returns>
    public async Task<PlanOutcome?> PlanAsync(IReadOnlyList<PlanWish> wishes, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var request = new PlanRequest(wishes);
        foreach (var node in Connected())
        {
            var left = Patience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            var told = await survey.AskAsync(node, (asked, cancelled) => asked.PlanAsync(request, cancelled), left, cancellationToken);
            if (told is { Plan: not null } or { Refusal: not null })
            {
                return told;
            }
        }

        return null;
    }

    /// <summary>
    /// Gives the order to one node, once: where no answer comes, the order may have been carried out, and whether to repeat it is for the
    /// operator to say. The answer is awaited even if the operator is gone, since the log is to tell it.
    /// </summary>
    public async Task<OrderResult> OrderAsync(TopologyOrder order)
    {
        if (Connected().FirstOrDefault() is not { } node)
        {
            return Unavailable;
        }

        var told = await survey.AskAsync(node, (asked, cancelled) => asked.OrderAsync(order, cancelled), Patience, CancellationToken.None);
        if (told is { Version: var version })
        {
            await monitor.CatchUpAsync(version, CatchUpPatience);
        }

        return told ?? Unknown;
    }

    /// <summary>The nodes to which there is a connection, those that answer first.</summary>
    private IEnumerable<INodeLink> Connected() =>
        from node in nodes.Current.All
        let liveness = node.Liveness
        where liveness != NodeLiveness.Dead
        orderby liveness == NodeLiveness.Alive ? 0 : 1
        select node;
}
