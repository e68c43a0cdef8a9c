using AspireKv.Cli.Tests.Support;

namespace AspireKv.Cli.Tests.Planning;

public sealed class ProgressVerbTests
{
    private const string Route = "GET /v1/admin/plan";

    private static readonly Reply NotReady = Reply.Problem(503, "not_ready", "The cluster is starting.");

    [Fact]
    public async Task Progress_OfAPlan_ShowsItsMoves()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Route, Reply.Json(SampleBodies.Pending));

        var ended = await new Akv(gateway).RunAsync("progress");

        ended.AssertDone();
        Assert.Equal(
            """
            3-a1b2c3d4, generation 4: 40 partitions to go, 1 moving, 39 waiting.

            Partition  From   To     Coordinator  Listed  Copied  Settled
                   12  1,2,3  1,4,3  1             1,200     800      640

            """,
            ended.Out);
    }

    [Fact]
    public async Task Progress_NodesThatLeaveOrDoNotAnswer_AreNamed()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Route, Reply.Json(SampleBodies.NearlyDone));

        var ended = await new Akv(gateway).RunAsync("progress");

        ended.AssertDone();
        Assert.Equal(
            [
                "3-a1b2c3d4, generation 4: 1 partition to go, 1 moving, 0 waiting; node 2 leaves.",
                "Warning: node 3 does not answer: of its moves little is known.",
            ],
            ended.Lines);
    }

    [Theory]
    [InlineData("progress", "Nothing is pending.\n")]
    [InlineData("progress --json", "")]
    [InlineData("progress --watch", "Nothing is pending.\n")]
    public async Task Progress_NothingPending_SaysSo(string line, string shown)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync(line);

        Assert.Equal(shown, ended.AssertDone().Out);
    }

    [Fact]
    public async Task Watch_EndsWhenNothingIsPending_AndTellsEachChangeOnce()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(
            Route, Reply.Json(SampleBodies.Pending), Reply.Json(SampleBodies.Pending),
            Reply.Json(SampleBodies.NearlyDone), Reply.NoContent);

        var ended = await new Akv(gateway).RunAsync("progress --watch");

        ended.AssertDone();
        Assert.Equal(
            [
                "3-a1b2c3d4, generation 4: 40 partitions to go, 1 moving, 39 waiting.",
                "3-a1b2c3d4, generation 4: 1 partition to go, 1 moving, 0 waiting; node 2 leaves.",
                "Nothing is pending.",
            ],
            ended.Lines);
        Assert.Equal(4, gateway.Seen.Count);
    }

    [Fact]
    public async Task Watch_Json_PrintsEachBodyThatIsNew()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(
            Route, Reply.Json(SampleBodies.Pending), Reply.Json(SampleBodies.Pending),
            Reply.Json(SampleBodies.NearlyDone), Reply.NoContent);

        var ended = await new Akv(gateway).RunAsync("progress --watch --json");

        Assert.Equal($"{SampleBodies.Pending}\n{SampleBodies.NearlyDone}\n", ended.AssertDone().Out);
    }

    [Fact]
    public async Task Watch_GatewayAwayForAWhile_GoesOn()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Route, [Reply.Json(SampleBodies.Pending), .. Enumerable.Repeat(NotReady, 20), Reply.Broken, Reply.NoContent]);

        var ended = await new Akv(gateway).RunAsync("progress --watch");

        Assert.Equal((0, "Nothing is pending."), (ended.ExitCode, ended.Lines[^1]));
        Assert.Equal("akv: not_ready: The cluster is starting. (looking again for 30 s)\n", ended.Error);
    }

    [Fact]
    public async Task Watch_GatewayAwayForGood_EndsAsNotReachable()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Route, Reply.Json(SampleBodies.Pending), NotReady);

        var ended = await new Akv(gateway).RunAsync("progress --watch");

        Assert.Equal(3, ended.ExitCode);
        Assert.Equal(
            "akv: not_ready: The cluster is starting. (looking again for 30 s)\nakv: not_ready: The cluster is starting.\n", ended.Error);
        Assert.Equal(32, gateway.Seen.Count);
    }

    [Fact]
    public async Task Watch_Refused_EndsAtOnce()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Route, Reply.Problem(429, "rate_limited", "Too many."));

        var ended = await new Akv(gateway).RunAsync("progress --watch");

        ended.AssertFailed(1, "rate_limited: Too many.");
    }
}
