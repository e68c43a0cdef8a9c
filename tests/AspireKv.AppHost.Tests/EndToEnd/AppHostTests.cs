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
    [Trait("Category", "Soak")]
    public async Task Run_StoppedStartedAndKilled_KeepsTheDataAndLeavesNoProcess()
    {
        using (var first = RunningAppHost.Start(_directory.Path, _firstPort))
        {
            await first.ReadyAsync();
            await first.SaysAsync($"AspireKv is ready at http://localhost:{_firstPort}");
            await first.PostAsync("/set-value", new { key = "kept", value = "over a restart" });

            using var second = RunningAppHost.Start(_directory.Path, FreePorts.Row(RunningAppHost.PortCount));
            Assert.Equal(1, await second.EndedAsync());
            AssertOneLine(second, "--data-root");
            await first.PostAsync("/set-value", new { key = "still", value = "here" });

            await EndsWithAllItsServicesAsync(first, RunningAppHost.Terminate);
        }

        using (var others = RunningAppHost.Start(_directory.Path, _firstPort, "--replication-factor", "2"))
        {
            Assert.Equal(1, await others.EndedAsync());
            AssertOneLine(others, "akv plan replication 2 --commit");
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

    [Theory]
    [InlineData(RunningAppHost.Interrupt)]
    [InlineData(RunningAppHost.Terminate)]
    public async Task Run_StoppedWhileItStarts_EndsWithoutAWordOfFailure(int signal)
    {
        using var appHost = RunningAppHost.Start(_directory.Path, _firstPort);
        await appHost.SaysAsync("Distributed application starting");

        await EndsWithAllItsServicesAsync(appHost, signal);

        Assert.DoesNotContain("fail: ", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", appHost.Output + appHost.Errors, StringComparison.Ordinal);
    }

    /// <summary>What is being started when the signal comes is stopped as well, before the AppHost ends.</summary>
    [Theory]
    [InlineData(RunningAppHost.Interrupt, 1)]
    [InlineData(RunningAppHost.Terminate, 3)]
    public async Task Run_StoppedWhileServicesStart_LeavesNothingBehind(int signal, int services)
    {
        using var appHost = RunningAppHost.StartProgram(_directory.Path, _firstPort);
        await Eventually.TrueAsync(
            () => Leftovers.ServicesOf(appHost.Mark).Count(static found => !found.Contains("/AspireKv.AppHost ", StringComparison.Ordinal))
                >= services,
            $"{services} services run",
            () => appHost.Output,
            Eventually.ForProcesses);

        Assert.True(await appHost.EndedAsync(signal) == 0, appHost.Output);

        Assert.Empty(Leftovers.Of(appHost.Mark));
        Assert.DoesNotContain("fail: ", appHost.Output, StringComparison.Ordinal);
        Assert.Empty(appHost.Errors);
    }

    [Fact]
    public async Task Run_NodesNoNumber_SaysSoInOneLine()
    {
        using var appHost = RunningAppHost.Start(_directory.Path, _firstPort, "--nodes", "many");

        Assert.Equal(1, await appHost.EndedAsync());
        AssertOneLine(appHost, "--nodes");
    }

    [Theory]
    [InlineData("--data-root=", "--data-root")]
    [InlineData("--ASPNETCORE_URLS=foo", "ASPNETCORE_URLS")]
    public async Task Run_ValueIsNone_SaysSoInOneLine(string argument, string said)
    {
        using var appHost = RunningAppHost.Start(_directory.Path, _firstPort, argument);

        Assert.Equal(1, await appHost.EndedAsync());
        AssertOneLine(appHost, said);
    }

    /// <summary>What Aspire itself refuses, by an exception.</summary>
    [Theory]
    [InlineData("--ASPNETCORE_URLS=https://localhost:0", "'https://localhost:0'")]
    [InlineData("--Logging:LogLevel:Default=Bogus", "Logging:LogLevel")]
    [InlineData("--DcpPublisher:CliPath=/nowhere", "DcpPublisher:CliPath")]
    [InlineData("--DcpPublisher:CliPath=/etc/hostname", "DcpPublisher:CliPath")]
    [InlineData("--DcpPublisher:DashboardPath=/nowhere", "DcpPublisher:DashboardPath")]
    [InlineData("--DcpPublisher:WaitForResourceCleanup=perhaps", "DcpPublisher:WaitForResourceCleanup")]
    [InlineData("--DcpPublisher:DependencyCheckTimeout=soon", "DcpPublisher:DependencyCheckTimeout")]
    [InlineData("--contentRoot=/nowhere", "contentRoot")]
    [InlineData("--AppHost:Operation=publish", "only runs")]
    [InlineData("--AppHost:Operation=sing", "operation")]
    public async Task Run_SettingOfAspireIsWrong_SaysSoInOneLine(string argument, string said)
    {
        using var appHost = RunningAppHost.StartProgram(_directory.Path, _firstPort, argument);

        Assert.NotEqual(0, await appHost.EndedAsync());
        AssertOneLine(appHost, said);
    }

    [Theory]
    [InlineData("--node", "4")]
    [InlineData("foo", "bar")]
    public async Task Run_ArgumentsThatMeanNothing_SaysWhichInOneLine(string name, string value)
    {
        using var appHost = RunningAppHost.Start(_directory.Path, _firstPort, name, value);

        Assert.Equal(1, await appHost.EndedAsync());
        AssertOneLine(appHost, $"'{name}'");
    }

    [Fact]
    public async Task Run_WithoutTheLaunchProfile_StartsTheCluster()
    {
        using var appHost = RunningAppHost.StartWithoutProfile(_directory.Path, _firstPort, "Development");

        await appHost.ReadyAsync();
        await EndsWithAllItsServicesAsync(appHost, RunningAppHost.Terminate);
    }

    [Fact]
    public async Task Run_WithoutTheLaunchProfileAndAccounts_SaysSoInOneLine()
    {
        using var appHost = RunningAppHost.StartWithoutProfile(_directory.Path, _firstPort, "Production");

        Assert.Equal(1, await appHost.EndedAsync());
        AssertOneLine(appHost, "Auth__Administrator__Email");
    }

    [Fact]
    public async Task Run_Help_PrintsTheUsageAndStartsNothing()
    {
        using var appHost = RunningAppHost.Start(_directory.Path, _firstPort, "--help");

        Assert.Equal(0, await appHost.EndedAsync());
        Assert.Contains("--replication-factor", appHost.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
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
        Assert.StartsWith("The AppHost cannot start: ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains(word, refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail: ", refused.Output, StringComparison.Ordinal);
    }
}
