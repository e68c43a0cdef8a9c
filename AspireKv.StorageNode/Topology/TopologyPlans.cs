using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Peers;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Topology;

/// <summary>Says what the wishes of an operator come to, by the topology that a quorum holds now. Changes nothing.</summary>
internal sealed class TopologyPlans(
    SystemPartition system,
    PartitionSizes sizes,
    LocalNode self,
    IPeers peers,
    IPeerQuestions questions,
    TimeProvider time,
    ILogger<TopologyPlans> logger) : IQuestionHandler<PlanRequest, PlanOutcome>
{
    /// <summary>How long a node, this one too, may take to count what its partitions hold.</summary>
    private static readonly TimeSpan CountTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Off the read loop of the connection, since a quorum and disks must be asked.</summary>
    public void OnAsked(Asked<PlanRequest, PlanOutcome> asked) => _ = AnswerAsync(asked);

    private async Task AnswerAsync(Asked<PlanRequest, PlanOutcome> asked)
    {
        try
        {
            asked.Answer(await PlanAsync(asked.Ask.Wishes));
        }
        catch (TopologyUnavailableException exception)
        {
            asked.Answer(new PlanOutcome(null, new TopologyRefusal(TopologyRefusal.SystemUnavailable, exception.Message)));
        }
        catch (Exception exception)
        {
            // Nobody waits for this task.
            Log.PlanFailed(logger, exception);
        }
    }

    private async Task<PlanOutcome> PlanAsync(IReadOnlyList<PlanWish> wishes)
    {
        var topology = await system.ReadAsync();
        var alive = peers.LivingIn(topology, self.Id);
        return TopologyPlanner.Plan(topology, wishes, new PlanFacts { Alive = alive, Sizes = await GatherSizesAsync(alive) });
    }

    /// <summary>By partition the most that any node tells: whoever tells less may lack something.</summary>
    private async Task<IReadOnlyDictionary<int, PartitionSize>> GatherSizesAsync(IReadOnlySet<NodeId> nodes)
    {
        var told = await Task.WhenAll(nodes.Select(SizesOfAsync));
        return told.SelectMany(static sizes => sizes).GroupBy(static size => size.Key)
            .ToDictionary(
                static sizes => sizes.Key, static sizes => sizes.Select(static size => size.Value).MaxBy(static size => size.Entries));
    }

    /// <summary>None of a node that does not tell in time: the plan says that it is not known.</summary>
    private async Task<IReadOnlyDictionary<int, PartitionSize>> SizesOfAsync(NodeId node) =>
        (node == self.Id ? await OwnSizesAsync() : await AskSizesAsync(node)) ?? new Dictionary<int, PartitionSize>();

    private async Task<IReadOnlyDictionary<int, PartitionSize>?> OwnSizesAsync()
    {
        try
        {
            return await sizes.GetAsync().WaitAsync(CountTimeout, time);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyDictionary<int, PartitionSize>?> AskSizesAsync(NodeId node) =>
        (await questions.TryAskAsync(node, PeerQuestions.Sizes, default, CountTimeout, time, CancellationToken.None))?.Answer.Sizes;
}
