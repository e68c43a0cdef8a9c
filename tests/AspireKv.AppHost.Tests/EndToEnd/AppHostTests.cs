using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>The AppHost with its services as real processes.</summary>
public sealed class AppHostTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly int _firstPort = FreePorts.Row(RunningAppHost.PortCount);

    [Fact]
    public async Task Run_StoppedStartedAndKilled_KeepsTheDataAndLeavesNoProcess()
    {
        using (var first = RunningAppHost.Start(_directory.Path, _firstPort))
        {
            await first.ReadyAsync();
            await first.PostAsync("/set-value", new { key = "kept", value = "over a restart" });

            using var second = RunningAppHost.Start(_directory.Path, FreePorts.Row(RunningAppHost.PortCount));
            Assert.Equal(1, await second.EndedAsync());
            AssertOneLine(second, "--data-root");
            await first.PostAsync("/set-value", new { key = "still", value = "here" });

            await EndsWithAllItsServicesAsync(first, RunningAppHost.Terminate);
        }

        using (var third = RunningAppHost.Start(_directory.Path, _firstPort))
        {
            await third.ReadyAsync();
            Assert.Equal("over a restart", await ReadAsync(third, "kept"));
            await EndsWithAllItsServicesAsync(third, RunningAppHost.Interrupt);
        }

        using var fourth = RunningAppHost.Start(_directory.Path, _firstPort);
        await fourth.ReadyAsync();
        Assert.Equal("here", await ReadAsync(fourth, "still"));
        Assert.NotEmpty(Leftovers.ServicesOf(fourth.Mark));

        await fourth.EndedAsync(RunningAppHost.Kill);

        await Leftovers.GoneAsync(fourth.Mark);
    }

    [Fact]
    public async Task Run_NodesNoNumber_SaysSoInOneLine()
    {
        using var appHost = RunningAppHost.Start(_directory.Path, _firstPort, "--nodes", "many");

        Assert.Equal(1, await appHost.EndedAsync());
        AssertOneLine(appHost, "--nodes");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Run_PortInUse_SaysWhichInOneLine(string address)
    {
        using var user = new TcpListener(IPAddress.Parse(address), 0);
        user.Start();
        var port = ((IPEndPoint)user.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        using var appHost = RunningAppHost.Start(_directory.Path, _firstPort, "--gateway-port", port);

        Assert.Equal(1, await appHost.EndedAsync());
        AssertOneLine(appHost, port);
    }

    public void Dispose() => _directory.Dispose();

    private static async Task<string?> ReadAsync(RunningAppHost appHost, string key) =>
        (await appHost.PostAsync("/get-value", new { key })).GetProperty("value").GetString();

    /// <summary>The orchestrator and the dashboard may take a moment longer than the AppHost.</summary>
    private static async Task EndsWithAllItsServicesAsync(RunningAppHost appHost, int signal)
    {
        Assert.True(await appHost.EndedAsync(signal) == 0, appHost.Output);
        Assert.Empty(Leftovers.ServicesOf(appHost.Mark));
        await Leftovers.GoneAsync(appHost.Mark);
    }

    private static void AssertOneLine(RunningAppHost refused, string word)
    {
        Assert.DoesNotContain('\n', refused.Errors);
        Assert.Contains(word, refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail: ", refused.Output, StringComparison.Ordinal);
    }
}
