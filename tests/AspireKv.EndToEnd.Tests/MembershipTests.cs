using System.Net;
using System.Text.Json.Nodes;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>Operators add nodes, take them out and replace them, by the routes of the gateway, while a client writes on.</summary>
public sealed class MembershipTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private const int Keys = 200;
    private const int Partitions = 16;

    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MoveLimit = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);

    private readonly ClusterProcesses _cluster = new(nodeCount: 3, spareCount: 1);
    private GatewayClient _client = null!;
    private ClusterOperator _operator = null!;

    public async Task InitializeAsync()
    {
        foreach (var node in _cluster.Nodes.Concat(_cluster.Spares))
        {
            node.Environment["Cluster__Partitions"] = $"{Partitions}";
        }

        await _cluster.StartAsync();
        _client = await GatewayClient.LogInAsync(_cluster.Gateway.Address);
        _operator = new ClusterOperator([_client]);
        await Wait.UntilAsync("all members see each other", JoinLimit, _client.IsWholeAsync);
        for (var i = 0; i < Keys; i++)
        {
            var answer = await _client.PutAsync($"kept-{i}", $"value {i}");
            Assert.True(answer.IsSuccess, answer.Body);
        }
    }

    [Fact]
    public async Task NodeIsAddedAndAnotherRemoved_WhileAClientWrites_AndNoWriteFails()
    {
        using var done = new CancellationTokenSource();
        var writer = WriteOnAsync(done.Token);
        await JoinAsync();

        var (_, add) = await _operator.CommitAsync("""{"op":"add","node":4}""");
        await _operator.WaitUntilDoneAsync(MoveLimit);
        Assert.Equal(12, (int)add["totals"]!["copies"]! - CountSystemCopies(add));
        Assert.Equal(12, await CountHeldAsync(4));

        var second = _cluster.Nodes[1];
        await _operator.CommitAsync("""{"op":"remove","node":2}""");
        await _operator.WaitUntilDoneAsync(MoveLimit);
        Assert.Equal(0, await second.WaitForExitAsync(EndLimit));
        Assert.Equal("1,3,4", await ListMembersAsync());
        await done.CancelAsync();
        var (written, failed) = await writer;
        output.WriteLine($"{written} writes while members changed, {failed} of them not acknowledged");
        Assert.Equal(0, failed);

        // With what it held the node stays out; without, it may come again.
        second.Start();
        Assert.Equal(1, await second.WaitForExitAsync(EndLimit));
        Assert.Contains("was removed from the cluster", second.Output.Tail(20), StringComparison.Ordinal);
        _cluster.Discharge(second);
        Assert.Equal("1,3,4", await ListMembersAsync());
        await JoinAsync();
        Assert.Equal("1,2,3,4", await ListMembersAsync());
        Assert.Equal(0, await CountHeldAsync(2));
        await AssertAllKeptAsync();
    }

    [Fact]
    public async Task NodeThatIsDead_IsReplacedByAnother_WhichTakesExactlyItsPlaces()
    {
        await JoinAsync();
        await _cluster.Nodes[0].KillAsync();

        await _operator.CommitAsync("""{"op":"replace","node":1,"by":4}""");
        await _operator.WaitUntilDoneAsync(MoveLimit);

        Assert.Equal((0, Partitions), (await CountHeldAsync(1), await CountHeldAsync(4)));
        Assert.DoesNotContain(1, (await _operator.ReadReplicasAsync())[Partitions]);

        // One more may fail now, which it could not before.
        await _cluster.Nodes[1].KillAsync();
        await AssertAllKeptAsync();
    }

    [Fact]
    public async Task TwoOperators_EndInOneOfTheTwoResults_AndTheOtherIsTold()
    {
        await JoinAsync();
        var one = await PlanAsync("""{"op":"add","node":4}""");
        var other = await PlanAsync("""{"op":"system","nodes":[2,3,1]}""");

        Assert.Equal(HttpStatusCode.OK, (await CommitAsync(one)).Status);
        var late = await CommitAsync(other);

        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Equal("topology_changed", (string?)JsonNode.Parse(late.Body)!["code"]);
        Assert.Equal(HttpStatusCode.OK, (await CommitAsync(one)).Status);

        // What was begun is taken back, and nothing of it is left.
        await _operator.CancelAsync((long)one["generation"]! + 1);
        await _operator.WaitUntilDoneAsync(MoveLimit);
        Assert.Equal(HttpStatusCode.NoContent, (await _client.SendAsync(HttpMethod.Delete, "v1/admin/plan", ifMatch: "2")).Status);
        await AssertAllKeptAsync();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    public void Dispose() => _client?.Dispose();

    /// <summary>Outside Development a number is announced before its first start.</summary>
    private async Task JoinAsync()
    {
        var node = _cluster.Enlist();
        var id = node.Environment["Node__Id"];
        var announced = await _client.SendAsync(HttpMethod.Put, $"v1/admin/members/{id}", $$"""{"name":"{{node.Name}}"}""");
        Assert.True(announced.IsSuccess, announced.Body);
        node.Start();
        await _operator.WaitUntilMemberAsync(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture), JoinLimit);
    }

    private async Task<JsonNode> PlanAsync(string wish)
    {
        var planned = await _client.SendAsync(HttpMethod.Post, "v1/admin/plans", $$"""{"wishes":[{{wish}}]}""");
        Assert.True(planned.IsSuccess, planned.Body);
        return JsonNode.Parse(planned.Body)!;
    }

    private Task<GatewayAnswer> CommitAsync(JsonNode plan) =>
        _client.SendAsync(HttpMethod.Post, $"v1/admin/plans/{plan["id"]}/commit", plan.ToJsonString());

    private async Task<string> ListMembersAsync()
    {
        var answer = JsonNode.Parse((await _client.SendAsync(HttpMethod.Get, "v1/admin/topology")).Body)!;
        return string.Join(',', answer["members"]!.AsArray().Select(static member => (int)member!["id"]!));
    }

    /// <summary>Of how many partitions of keys the node is a replica.</summary>
    private async Task<int> CountHeldAsync(int node) =>
        (await _operator.ReadReplicasAsync()).Count(partition => partition.Key < Partitions && partition.Value.Contains(node));

    /// <summary>The topology's own partition may move as well.</summary>
    private static int CountSystemCopies(JsonNode plan) =>
        plan["moves"]!.AsArray().Where(static move => (int)move!["partition"]! == Partitions)
            .Sum(static move => Numbers(move!["to"]!).Except(Numbers(move!["from"]!)).Count());

    private static IEnumerable<int> Numbers(JsonNode nodes) => nodes.AsArray().Select(static node => (int)node!);

    private async Task AssertAllKeptAsync()
    {
        for (var i = 0; i < Keys; i++)
        {
            var (key, value) = ($"kept-{i}", $"value {i}");
            await Wait.UntilAsync($"{key} is read as it was written", JoinLimit, async () => (await _client.GetAsync(key)).Body == value);
        }
    }

    private async Task<(int Written, int Failed)> WriteOnAsync(CancellationToken done)
    {
        var (written, failed) = (0, 0);
        while (!done.IsCancellationRequested)
        {
            failed += (await _client.PutAsync($"moving-{written++ % Keys}", "value")).IsSuccess ? 0 : 1;
        }

        return (written, failed);
    }
}
