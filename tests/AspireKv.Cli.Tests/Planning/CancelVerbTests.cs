using AspireKv.Cli.Tests.Support;

namespace AspireKv.Cli.Tests.Planning;

public sealed class CancelVerbTests
{
    private const string Pending = "GET /v1/admin/plan";
    private const string Order = "DELETE /v1/admin/plan";

    [Fact]
    public async Task Cancel_OfWhatIsPending_NamesItsGeneration()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Pending, Reply.Json(SampleBodies.Pending));

        var ended = await new Akv(gateway).RunAsync("cancel");

        Assert.Equal("Cancelled. The topology is 14.5.\n", ended.AssertDone().Out);
        Assert.Equal("\"4\"", gateway.Only(Order).IfMatch);
    }

    [Fact]
    public async Task Cancel_OfAGeneration_DoesNotLook()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("cancel --generation 3 --json");

        Assert.Equal(SampleBodies.Change(14, 5) + "\n", ended.AssertDone().Out);
        Assert.Equal((Order, "\"3\""), (Assert.Single(gateway.Seen).Route, gateway.Seen[0].IfMatch));
    }

    [Theory]
    [InlineData("cancel", "Nothing is pending.\n")]
    [InlineData("cancel --json", "")]
    public async Task Cancel_NothingPending_OrdersNothing(string line, string shown)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync(line);

        Assert.Equal(shown, ended.AssertDone().Out);
        Assert.Equal(Pending, Assert.Single(gateway.Seen).Route);
    }

    [Fact]
    public async Task Cancel_EndedMeanwhile_IsDone()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Order, Reply.NoContent);

        var ended = await new Akv(gateway).RunAsync("cancel --generation 4");

        Assert.Equal("Nothing is pending.\n", ended.AssertDone().Out);
    }

    [Fact]
    public async Task Cancel_OfAnotherGeneration_IsRefused()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Order, Reply.Problem(409, "topology_changed", "The generation is 5, not 4."));

        var ended = await new Akv(gateway).RunAsync("cancel --generation 4");

        ended.AssertFailed(1, "topology_changed: The generation is 5, not 4.");
    }

    [Theory]
    [InlineData("cancel --generation four")]
    [InlineData("cancel --generation -4")]
    [InlineData("cancel --generation")]
    public async Task Cancel_OfNoNumber_IsRefusedUnasked(string line)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync(line);

        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(@"^akv: [^\n]+\n$", ended.Error);
        Assert.Empty(gateway.Seen);
    }
}
