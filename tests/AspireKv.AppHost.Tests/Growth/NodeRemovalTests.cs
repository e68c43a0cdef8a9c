using AspireKv.AppHost.Growth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AspireKv.AppHost.Tests.Growth;

/// <summary>How a removal is asked for and waited for, at a gateway that answers as each test says.</summary>
public sealed class NodeRemovalTests : IAsyncLifetime, IDisposable
{
    private const string Plan =
        """{"id":"7-a1","totals":{"partitions":0,"copies":0,"entries":0,"bytes":0},"warnings":[]}""";

    private readonly TemporaryDirectory _directory = new();
    private readonly ClusterHome _home;
    private readonly WebApplication _gateway;

    /// <summary>
    /// What the gateway tells at each look, the first one first and the last one for good: node4's state or null, and whether a plan is
    /// pending.
    /// </summary>
    private readonly Queue<(string? State, bool IsPending)> _looks = new();
    private int _commits;

    public NodeRemovalTests()
    {
        var settings = new ClusterSettings(3, 1, 3, _directory.Path, 13000, 17001, 17101);
        Assert.True(DataRoot.TryOpen(settings.DataRoot, out var root, out var problem), problem);
        _home = new ClusterHome(settings, root, new ClusterNote(_directory.Path, new FoundedCluster(3, 3)));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _gateway = builder.Build();
        _gateway.Urls.Add("http://127.0.0.1:0");
        _gateway.MapPost("/v1/admin/plans", static () => Results.Text(Plan, "application/json"));
        _gateway.MapPost("/v1/admin/plans/7-a1/commit", () =>
        {
            _commits++;
            return Results.Json(new { version = 9, generation = 8 });
        });
        _gateway.MapGet("/v1/admin/plan", () => _looks.Peek().IsPending ? Results.Json(new { }) : Results.NoContent());
        _gateway.MapGet("/v1/admin/topology", () =>
        {
            var look = _looks.Count > 1 ? _looks.Dequeue() : _looks.Peek();
            return Results.Json(new { members = look.State is null ? [] : new[] { new { id = 4, state = look.State } } });
        });
    }

    public Task InitializeAsync() => _gateway.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    public void Dispose()
    {
        _home.Dispose();
        _directory.Dispose();
    }

    /// <summary>The gateway that was asked hears of its own order a moment later.</summary>
    [Fact]
    public async Task Leave_Member_CommitsAPlanAndWaitsUntilItIsNoneAnyMore()
    {
        Look("active", isPending: false);
        Look("active", isPending: false);
        Look("removing", isPending: true);
        Look("removing", isPending: false);
        Look(null, isPending: false);

        Assert.Equal(1, await LeaveAsync());
        Assert.Equal(1, _commits);
        Assert.Single(_looks);
    }

    [Fact]
    public async Task Leave_RemovalHadBegunBefore_OnlyWaits()
    {
        Look("removing", isPending: true);
        Look("removing", isPending: true);
        Look(null, isPending: false);

        Assert.Equal(0, await LeaveAsync());
        Assert.Equal(0, _commits);
    }

    [Fact]
    public async Task Leave_NoMember_CommitsNothing()
    {
        Look(null, isPending: false);

        Assert.Equal(0, await LeaveAsync());
        Assert.Equal(0, _commits);
    }

    [Fact]
    public async Task Leave_PlanIsTakenBack_SaysSoInsteadOfWaiting()
    {
        Look("active", isPending: false);
        Look("removing", isPending: true);
        Look("draining", isPending: false);

        var exception = await Assert.ThrowsAsync<RefusedException>(LeaveAsync);

        Assert.Equal(RefusedException.Cancelled, exception.Code);
    }

    private void Look(string? state, bool isPending) => _looks.Enqueue((state, isPending));

    /// <returns>How many plans were said to be committed.</returns>
    private async Task<int> LeaveAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri(_gateway.Urls.First()) };
        var said = 0;
        await Eventually.CompletesAsync(
            new NodeRemoval(_home, TimeProvider.System).LeaveAsync(
                new AdminClient(http, TimeProvider.System), [4], _ => said++, CancellationToken.None),
            "the removal ends");
        return said;
    }
}
