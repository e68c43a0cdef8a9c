using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>Changes who is a member of the cluster, while it serves and while other things happen to it.</summary>
internal sealed class MemberChanges(NemesisCluster cluster, IReadOnlyList<GatewayClient> gateways)
{
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MoveLimit = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);

    private readonly ClusterOperator _operator = new(gateways);

    private Func<Task> _complete = static () => Task.CompletedTask;

    /// <summary>Orders the change. It is under way then, and <see cref="CompleteAsync"/> waits for its end.</summary>
    public async Task BeginAsync(PlannedFault fault)
    {
        var node = cluster.Node(fault.Node);
        switch (fault.Kind)
        {
            case FaultKind.AddNode:
                var (add, _) = await JoinAsync();
                await _operator.CommitAsync(add);
                _complete = () => _operator.WaitUntilDoneAsync(MoveLimit);
                break;
            case FaultKind.AddNodeTwice:
                var (wish, _) = await JoinAsync();
                var (generation, _) = await _operator.CommitAsync(wish);
                _complete = () => AddAgainAsync(wish, generation);
                break;
            case FaultKind.RemoveNode:
                await _operator.CommitAsync(WishOf("remove", node));
                _complete = () => LetGoAsync(node);
                break;
            case FaultKind.ReplaceNode:
                await node.KillAsync();
                var (_, spare) = await JoinAsync();
                await _operator.CommitAsync($$"""{"op":"replace","node":{{IdOf(node)}},"by":{{IdOf(spare)}}}""");
                _complete = () => BuryAsync(node);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "no change of members");
        }
    }

    /// <summary>Brings the change to its end.</summary>
    public Task CompleteAsync() => _complete();

    /// <summary>Who holds each partition, by its number.</summary>
    public Task<IReadOnlyDictionary<long, int[]>> ReadReplicasAsync() => _operator.ReadReplicasAsync();

    private async Task<(string Wish, ServiceProcess Node)> JoinAsync()
    {
        var node = cluster.Processes.Enlist();
        node.Start();
        await _operator.WaitUntilMemberAsync(IdOf(node), JoinLimit);
        return (WishOf("add", node), node);
    }

    private async Task AddAgainAsync(string wish, long generation)
    {
        await _operator.CancelAsync(generation);
        await _operator.WaitUntilDoneAsync(MoveLimit);
        await _operator.CommitAsync(wish, """{"op":"order"}""");
        await _operator.WaitUntilDoneAsync(MoveLimit);
    }

    private async Task LetGoAsync(ServiceProcess node)
    {
        await _operator.WaitUntilDoneAsync(MoveLimit);
        await EndAsync(node);
    }

    /// <summary>The dead node holds nothing any more; what is left of it must do no harm.</summary>
    private async Task BuryAsync(ServiceProcess node)
    {
        await _operator.WaitUntilDoneAsync(MoveLimit);
        await _operator.CommitAsync(WishOf("remove", node));
        await _operator.WaitUntilDoneAsync(MoveLimit);
        node.Start();
        var exitCode = await EndAsync(node);
        if (exitCode != 1)
        {
            throw new TimeoutException($"{node.Name} was removed, was started again, and ended with exit code {exitCode} instead of 1.");
        }
    }

    private async Task<int> EndAsync(ServiceProcess node)
    {
        var exitCode = await node.WaitForExitAsync(EndLimit);
        if (!node.Output.Tail(200).Contains("was removed from the cluster", StringComparison.Ordinal))
        {
            throw new TimeoutException($"{node.Name} ended, and did not say that it was removed: {node.Output.Tail(20)}");
        }

        cluster.Processes.Discharge(node);
        return exitCode;
    }

    private static string WishOf(string what, ServiceProcess node) => $$"""{"op":"{{what}}","node":{{IdOf(node)}}}""";

    private static int IdOf(ServiceProcess node) => int.Parse(node.Environment["Node__Id"], System.Globalization.CultureInfo.InvariantCulture);
}
