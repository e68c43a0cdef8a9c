using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Peers;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Topology;

/// <summary>Does what operators order: one change of the topology, from whichever node they reach.</summary>
internal sealed class TopologyOrders(SystemPartition system, LocalNode self, IPeers peers, ILogger<TopologyOrders> logger)
    : IQuestionHandler<TopologyOrder, OrderResult>
{
    /// <summary>Off the read loop of the connection, since a quorum must be asked.</summary>
    public void OnAsked(Asked<TopologyOrder, OrderResult> asked) => _ = AnswerAsync(asked);

    private async Task AnswerAsync(Asked<TopologyOrder, OrderResult> asked)
    {
        try
        {
            asked.Answer(await CarryOutAsync(asked.Ask));
        }
        catch (Exception exception)
        {
            // Nobody waits for this task, and whoever ordered hears that the outcome is not known.
            Log.OrderFailed(logger, exception);
        }
    }

    private async Task<OrderResult> CarryOutAsync(TopologyOrder order)
    {
        TopologyRefusal? refusal = null;
        var isChanged = false;
        try
        {
            var topology = await system.ChangeAsync(present =>
            {
                (var next, refusal) = Apply(order, present);
                isChanged |= next is not null;
                return next;
            });
            var outcome = refusal is not null ? OrderOutcome.Refused : isChanged ? OrderOutcome.Done : OrderOutcome.Nothing;
            if (outcome == OrderOutcome.Done)
            {
                Log.Ordered(logger, order, topology.Version, topology.Generation);
            }

            return new OrderResult(outcome, topology.Version, topology.Generation, refusal);
        }
        catch (TopologyUnavailableException exception)
        {
            return new OrderResult(exception.IsUnknown ? OrderOutcome.Unknown : OrderOutcome.Unavailable, 0, 0, null);
        }
    }

    private (ClusterTopology? Next, TopologyRefusal? Refusal) Apply(TopologyOrder order, ClusterTopology topology) => order switch
    {
        AnnounceOrder announce => TopologyChange.Announce(topology, announce.Node, announce.Name),
        ForgetOrder forget => TopologyChange.Forget(topology, forget.Node),
        CommitOrder commit => Commit(topology, commit),
        CancelOrder cancel => TopologyChange.Cancel(topology, cancel.Generation),
        _ => throw new ArgumentException($"'{order}' is no order that is known here.", nameof(order)),
    };

    /// <summary>Plans anew: whoever sends a plan cannot send one that the planner would not make.</summary>
    private (ClusterTopology? Next, TopologyRefusal? Refusal) Commit(ClusterTopology topology, CommitOrder commit)
    {
        if (topology.LastPlan == commit.PlanId)
        {
            return default;
        }

        var outcome = TopologyPlanner.Plan(topology, commit.Wishes, new PlanFacts { Alive = peers.LivingIn(topology, self.Id) });
        return outcome.Plan is not { } plan ? (null, outcome.Refusal)
            : plan.Id == commit.PlanId ? TopologyChange.Commit(topology, plan)
            : (null, new TopologyRefusal(
                TopologyRefusal.TopologyChanged,
                $"The topology is of generation {topology.Generation} by now, and the wishes come to another plan."));
    }
}
