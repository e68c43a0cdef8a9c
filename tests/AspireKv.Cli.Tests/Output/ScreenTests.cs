using AspireKv.Cli.Tests.Support;

namespace AspireKv.Cli.Tests.Output;

public sealed class ScreenTests
{
    private const char Escape = '\u001b';

    [Fact]
    public async Task Terminal_GetsColours()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway) { ShowsColours = true }.RunAsync("members");

        Assert.Contains($"{Escape}[32malive{Escape}[0m", ended.AssertDone().Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NO_COLOR", "1")]
    [InlineData("TERM", "dumb")]
    public async Task Terminal_ThatWantsNoColours_GetsNone(string variable, string value)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway) { ShowsColours = true }.With(variable, value).RunAsync("members");

        Assert.DoesNotContain(Escape, ended.AssertDone().Out);
        Assert.Contains("   1  node1  active  alive       256     86         0  10.0.0.1:7101\n", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipe_GetsNoColours_AndNoRowIsBroken()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var name = new string('n', 300);
        gateway.On(
            "GET /v1/admin/members", Reply.Json(SampleBodies.Members.Replace("node1", name, StringComparison.Ordinal)));

        var ended = await new Akv(gateway).RunAsync("members");

        Assert.DoesNotContain(Escape, ended.AssertDone().Out);
        Assert.Contains($"   1  {name}  active  ", ended.Out, StringComparison.Ordinal);
        Assert.All(ended.Lines, line => Assert.Equal(line.TrimEnd(), line));
    }
}
