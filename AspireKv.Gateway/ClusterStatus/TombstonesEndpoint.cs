using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Cluster.Status;

namespace AspireKv.Gateway.ClusterStatus;

/// <summary><c>GET /v1/admin/tombstones</c>: what holds tombstones back, by what every node says now.</summary>
internal static class TombstonesEndpoint
{
    /// <summary>How long a node may take: it may have to count first, on its disk. One that is silent is given up sooner.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var services = context.RequestServices;
        var told = await services.GetRequiredService<NodeSurvey>().AskAllAsync(
            static (node, cancellationToken) => node.GetTombstonesAsync(cancellationToken), Patience, context.RequestAborted);
        var answer = Describe(
            told, services.GetRequiredService<ClusterKnowledge>().View, services.GetRequiredService<TimeProvider>().GetUtcNow());
        await context.Response.WriteAsJsonAsync(answer, TombstonesJson.Default.TombstonesAnswer, contentType: null, context.RequestAborted);
    }

    private static TombstonesAnswer Describe(
        IReadOnlyList<(INodeLink Node, TombstoneStatus? Answer)> told, ClusterView view, DateTimeOffset now)
    {
        var answers = told.Select(static answer => answer.Answer).OfType<TombstoneStatus>().ToList();
        var names = told.ToDictionary(static answer => answer.Node.Id, static answer => answer.Node.Name);
        var holds =
            from hold in answers.SelectMany(static answer => answer.Holds)
            group hold by (hold.Node, hold.Reason) into same
            orderby same.Key.Node, same.Key.Reason
            select new TombstonesAnswer.Hold(
                same.Key.Node.Value,
                names.GetValueOrDefault(same.Key.Node) ?? same.Key.Node.ToString(),
                NameOf(same.Key.Reason),
                same.Sum(static hold => hold.Partitions),
                same.Sum(static hold => hold.Tombstones),
                Before(now, same.Max(static hold => hold.HeldFor)),
                Before(now, same.Max(static hold => hold.OldestFor)));

        // While a ballot changes hands two nodes may count the same partition.
        var uncounted = Math.Max(0, view.Partitions.Length - answers.Sum(static answer => answer.Partitions));
        return new TombstonesAnswer(
            answers.Sum(static answer => answer.Tombstones),
            answers.Sum(static answer => answer.Held),
            [.. holds],
            [.. told.Where(static answer => answer.Answer is null)
                .Select(static answer => new TombstonesAnswer.Node(answer.Node.Id.Value, answer.Node.Name))],
            view.Founding is null ? null : uncounted);
    }

    /// <summary>To the second: ages come over the network, and what is told of the same moment should not tremble.</summary>
    private static DateTime Before(DateTimeOffset now, TimeSpan age)
    {
        var then = (now - age).UtcDateTime;
        return then.AddTicks(-(then.Ticks % TimeSpan.TicksPerSecond));
    }

    private static string NameOf(PurgeHoldReason reason) => reason switch
    {
        PurgeHoldReason.Learner => "learner",
        PurgeHoldReason.CutOff => "cut-off",
        PurgeHoldReason.Moving => "moving",
        _ => "dead",
    };
}
