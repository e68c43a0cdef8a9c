using AspireKv.LocalHost.Processes;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>The AppHost with its services as real processes.</summary>
public sealed class AppHostTests : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GoneLimit = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new();
    private readonly int _firstPort = FreePorts.Row(RunningAppHost.PortCount);

    [Fact]
    public async Task Run_StoppedAndStartedAgain_KeepsTheDataAndLeavesNoProcess()
    {
        using (var first = RunningAppHost.Start(_directory.Path, _firstPort))
        {
            await first.ReadyAsync();
            await first.PostAsync("/set-value", new { key = "kept", value = "over a restart" });

            Assert.True(await first.EndedAsync(UnixSignals.Terminate) == 0, first.Output);
            Assert.Empty(DataRootUsers.Of(_directory.Path));
        }

        using var second = RunningAppHost.Start(_directory.Path, _firstPort);
        await second.ReadyAsync();

        var answer = await second.PostAsync("/get-value", new { key = "kept" });

        Assert.Equal("over a restart", answer.GetProperty("value").GetString());
        await second.EndedAsync(UnixSignals.Terminate);
        Assert.Empty(DataRootUsers.Of(_directory.Path));
    }

    [Fact]
    public async Task Run_DataRootInUse_SecondRefusesInOneLineAndFirstGoesOn()
    {
        using var first = RunningAppHost.Start(_directory.Path, _firstPort);
        await first.ReadyAsync();

        using var second = RunningAppHost.Start(_directory.Path, FreePorts.Row(RunningAppHost.PortCount));
        var exitCode = await second.EndedAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("--data-root", Assert.Single(Lines(second.Output)), StringComparison.Ordinal);
        await first.PostAsync("/set-value", new { key = "still", value = "here" });
        await first.EndedAsync(UnixSignals.Terminate);
    }

    [Fact]
    public async Task Run_AppHostKilled_ItsProcessesEndToo()
    {
        using var appHost = RunningAppHost.Start(_directory.Path, _firstPort);
        await appHost.ReadyAsync();
        Assert.NotEmpty(DataRootUsers.Of(_directory.Path));

        await appHost.EndedAsync(UnixSignals.Kill);

        using var limit = new CancellationTokenSource(GoneLimit);
        while (DataRootUsers.Of(_directory.Path) is { Count: > 0 } left)
        {
            Assert.False(limit.IsCancellationRequested, $"Waited {GoneLimit.TotalSeconds:0} s for {string.Join(", ", left)} to end.");
            await Task.Delay(LookInterval, TimeProvider.System);
        }
    }

    public void Dispose() => _directory.Dispose();

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
