using AspireKv.AppHost.Growth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AspireKv.AppHost.Tests.Growth;

/// <summary>What an operator's client makes of the answers of a gateway.</summary>
public sealed class AdminClientTests : IAsyncLifetime
{
    private const string PlanBody =
        """
        {"id":"7-a1","generation":7,"wishes":[{"op":"drain","node":2}],"replicationFactor":3,"members":[],"moves":[],
        "totals":{"partitions":12,"copies":9,"entries":1200,"bytes":34567},"warnings":["Node 3 does not answer."]}
        """;

    private readonly WebApplication _gateway;
    private readonly List<string> _bodies = [];
    private int _plans;

    /// <summary>How the gateway answers each commit, the first one first, and the last one for good.</summary>
    private readonly Queue<Func<IResult>> _commits = new();

    /// <summary>How the gateway answers a plan.</summary>
    private Func<IResult> _plan = static () => Results.Text(PlanBody, "application/json");

    public AdminClientTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _gateway = builder.Build();
        _gateway.Urls.Add("http://127.0.0.1:0");
        _gateway.MapPost("/v1/admin/plans", async (HttpContext context) =>
        {
            _plans++;
            await KeepAsync(context);
            return _plan();
        });
        _gateway.MapPost("/v1/admin/plans/7-a1/commit", async (HttpContext context) =>
        {
            await KeepAsync(context);
            return (_commits.Count > 1 ? _commits.Dequeue() : _commits.Peek())();
        });
        _gateway.MapGet("/v1/admin/topology", static () => Results.Text(
            """{"members":[{"id":1,"name":"node1","state":"active"},{"id":4,"name":"node4","state":"removing"}]}"""));
    }

    public Task InitializeAsync() => _gateway.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Commit_PlanIsTaken_SendsItBackAndSaysWhatMoves()
    {
        _commits.Enqueue(Done);

        var plan = await CommitAsync();

        Assert.Equal("""{"wishes":[{"op":"drain","node":2}]}""", _bodies[0]);
        Assert.Contains("\"wishes\":[{\"op\":\"drain\",\"node\":2}]", _bodies[1], StringComparison.Ordinal);
        Assert.Equal(
            "12 partitions move or change their order: 9 replicas with 1,200 entries in 34,567 bytes are copied. Node 3 does not answer.",
            plan.Describe());
    }

    /// <summary>A commit may be repeated; a plan that somebody else was ahead of is made anew.</summary>
    [Fact]
    public async Task Commit_OutcomeUnknownAndThenChangedByOthers_RepeatsAndPlansAnew()
    {
        _commits.Enqueue(static () => Problem(504, "outcome_unknown", "Nobody knows."));
        _commits.Enqueue(static () => Problem(409, "topology_changed", "The topology is of generation 8 by now, not 7."));
        _commits.Enqueue(Done);

        await CommitAsync();

        Assert.Equal(2, _plans);
        Assert.Equal(5, _bodies.Count);
    }

    [Fact]
    public async Task Commit_ChangedByOthersAgainAndAgain_EndsWithTheRefusal()
    {
        _commits.Enqueue(static () => Problem(409, "topology_changed", "The topology is of generation 8 by now, not 7."));

        var refused = await Assert.ThrowsAsync<RefusedException>(CommitAsync);

        Assert.Equal((5, "topology_changed"), (_plans, refused.Code));
    }

    [Fact]
    public async Task Commit_PlanIsRefused_HasTheSentenceOfTheRefusal()
    {
        _plan = static () => Problem(422, "not_enough_nodes", "Three replicas need three nodes.");

        var refused = await Assert.ThrowsAsync<RefusedException>(CommitAsync);

        Assert.Equal(("not_enough_nodes", "Three replicas need three nodes."), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task Commit_RefusalHasNoSentence_SaysWhatWasAnswered()
    {
        _plan = static () => Results.Text("no json", "text/plain", statusCode: 403);

        var refused = await Assert.ThrowsAsync<RefusedException>(CommitAsync);

        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListMembers_HasEachWithItsState()
    {
        using var http = Connect();

        var members = await new AdminClient(http, TimeProvider.System).ListMembersAsync(CancellationToken.None);

        Assert.Equal(new Dictionary<int, string> { [1] = "active", [4] = "removing" }, members);
    }

    private async Task<ClusterPlan> CommitAsync()
    {
        using var http = Connect();
        return await new AdminClient(http, TimeProvider.System).CommitAsync([Wish.Drain(2)], CancellationToken.None);
    }

    private HttpClient Connect() => new() { BaseAddress = new Uri(_gateway.Urls.First()) };

    private async Task KeepAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        _bodies.Add(await reader.ReadToEndAsync());
    }

    private static IResult Done() => Results.Json(new { version = 9, generation = 8 });

    private static IResult Problem(int status, string code, string detail) =>
        Results.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });
}
