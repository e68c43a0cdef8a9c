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

            Assert.True(await first.EndedAsync(RunningAppHost.Terminate) == 0, first.Output);
            await Leftovers.GoneAsync(first.Mark);
        }

        using var third = RunningAppHost.Start(_directory.Path, _firstPort);
        await third.ReadyAsync();
        Assert.Equal("over a restart", (await third.PostAsync("/get-value", new { key = "kept" })).GetProperty("value").GetString());
        Assert.NotEmpty(Leftovers.Of(third.Mark));

        await third.EndedAsync(RunningAppHost.Kill);

        await Leftovers.GoneAsync(third.Mark);
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

    private static void AssertOneLine(RunningAppHost refused, string word)
    {
        Assert.DoesNotContain('\n', refused.Errors);
        Assert.Contains(word, refused.Errors, StringComparison.Ordinal);
    }
}
