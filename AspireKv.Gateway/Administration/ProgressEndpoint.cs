using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Administration;

/// <summary><c>GET /v1/admin/plan</c>: how far the pending plan is, by the topology and by what every node says now.</summary>
internal static class ProgressEndpoint
{
    /// <summary>How long a node may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task AnswerAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var knowledge = services.GetRequiredService<ClusterKnowledge>();
        if (knowledge.View.Topology is not { } topology)
        {
            await services.GetRequiredService<ErrorAnswer>().WriteAsync(context, ApiError.NotFounded);
            return;
        }

        TopologyHeader.Set(context, topology.Version, topology.Generation);
        if (!topology.IsPending)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var told = await services.GetRequiredService<NodeSurvey>().AskAllAsync(
            static (node, cancellationToken) => node.GetMovesAsync(cancellationToken), Patience, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(
            Describe(topology, told, knowledge.HolderOf),
            ProgressJson.Default.ProgressAnswer,
            contentType: null,
            context.RequestAborted);
    }

    private static ProgressAnswer Describe(
        ClusterTopology topology,
        IReadOnlyList<(INodeLink Node, MovesResponse? Answer)> told,
        Func<int, NodeId> holderOf)
    {
        var progress = NewestOf(told);
        var moving = topology.Partitions.Index().Where(static partition => partition.Item.IsMoving)
            .Select(partition => DescribeMove(
                partition.Index,
                partition.Item,
                progress.TryGetValue(partition.Index, out var known) ? known : (holderOf(partition.Index), default)))
            .ToList();
        var waiting = topology.Partitions.Index().Where(static partition => partition.Item is { IsMoving: false, IsPending: true })
            .Select(static partition => new ProgressAnswer.Wait(
                partition.Index, NodeNumbers.Of(partition.Item.Config.Replicas), NodeNumbers.Of(partition.Item.Target)))
            .ToList();
        return new ProgressAnswer(
            topology.LastPlan.Length == 0 ? null : topology.LastPlan,
            topology.Generation,
            new ProgressAnswer.Rest(moving.Count + waiting.Count, moving.Count, waiting.Count),
            moving,
            waiting,
            [.. topology.Members.Where(static member => member.State == MemberState.Removing).Select(static member => member.Id.Value)],
            // A number that was announced and never started coordinates nothing.
            [.. told.Where(answer => answer.Answer is null && topology.Find(answer.Node.Id) is not { IsRegistered: false })
                .Select(static answer => answer.Node.Id.Value)]);
    }

    /// <summary>While a ballot changes hands two nodes may tell of one move; the one that is further carries it out.</summary>
    private static Dictionary<int, (NodeId Node, MoveProgress Progress)> NewestOf(
        IReadOnlyList<(INodeLink Node, MovesResponse? Answer)> told) =>
        told.SelectMany(static answer => answer.Answer?.Moves.Select(move => (answer.Node.Id, Move: move)) ?? [])
            .GroupBy(static move => move.Move.Partition)
            .ToDictionary(
                static moves => moves.Key,
                static moves => moves.MaxBy(static move => (move.Move.Progress.Epoch, move.Move.Progress.Listed)) is var newest
                    ? (newest.Id, newest.Move.Progress)
                    : default);

    private static ProgressAnswer.Move DescribeMove(
        int partition, PartitionAssignment assignment, (NodeId Coordinator, MoveProgress Progress) known) => new(
            partition,
            NodeNumbers.Of(assignment.Config.Replicas),
            NodeNumbers.Of(assignment.Config.NextReplicas),
            NodeNumbers.Of(assignment.Target),
            known.Coordinator == NodeId.None ? null : known.Coordinator.Value,
            known.Progress.Listed,
            known.Progress.Copied,
            known.Progress.Settled,
            known.Progress.IsSwept);
}
