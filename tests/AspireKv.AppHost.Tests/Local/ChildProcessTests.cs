using System.Diagnostics;
using System.Threading.Channels;
using AspireKv.LocalHost.Processes;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.AppHost.Tests.Local;

public sealed class ChildProcessTests
{
    private const int KilledExitCode = 128 + UnixSignals.Kill;

    private readonly FakeTimeProvider _time = new();
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(100);

    [Fact]
    public async Task Stop_ProcessIgnoresSigterm_IsKilledOnceOurPatienceEnds()
    {
        using var guard = new ProcessGuard();
        using var child = await StartAsync(guard, "trap '' TERM; echo ready; while :; do sleep 0.05; done");

        var stopping = child.StopAsync();
        Assert.False(stopping.IsCompleted);
        _time.Advance(ChildProcess.Patience);

        await stopping.WaitAsync("the process to be killed");
        Assert.Equal(KilledExitCode, await child.Exited);
    }

    [Fact]
    public async Task Stop_ProcessWithChildrenOfItsOwn_LeavesNoneBehind()
    {
        using var guard = new ProcessGuard();
        using var child = await StartAsync(guard, "trap '' TERM; sleep 300 & echo $!; while :; do sleep 0.05; done");
        var grandchild = int.Parse(await NextLineAsync(), System.Globalization.CultureInfo.InvariantCulture);

        var stopping = child.StopAsync();
        _time.Advance(ChildProcess.Patience);
        await stopping.WaitAsync("the process to be killed");

        await GoneAsync(grandchild);
    }

    [Fact]
    public async Task Guard_HostGone_EndsWhatStillRuns()
    {
        var guard = new ProcessGuard();
        using var child = await StartAsync(guard, ShellProject.Endless);

        guard.Dispose(); // What the death of the host does to the pipe.

        Assert.Equal(0, await child.Exited.WaitAsync("the guard to end the process"));
    }

    [Fact]
    public async Task Start_HostsOwnVariables_DoNotReachTheChild()
    {
        Environment.SetEnvironmentVariable("ASPIRE_TEST_OF_THE_LOCAL_HOST", "dashboard's");
        try
        {
            using var guard = new ProcessGuard();
            using var child = await StartAsync(guard, "echo ready; echo \"${ASPIRE_TEST_OF_THE_LOCAL_HOST:-absent}\"");

            Assert.Equal("absent", await NextLineAsync());
            await child.Exited.WaitAsync("the process to end");
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASPIRE_TEST_OF_THE_LOCAL_HOST", null);
        }
    }

    private async Task<ChildProcess> StartAsync(ProcessGuard guard, string script)
    {
        var child = new ProcessLauncher(guard, _time).Start(
            ShellProject.Spec(script, new Dictionary<string, string>(), (line, _) => _lines.Writer.TryWrite(line)));
        if (script.Contains("echo ready", StringComparison.Ordinal))
        {
            Assert.Equal("ready", await NextLineAsync());
        }

        return child;
    }

    private Task<string> NextLineAsync() => _lines.Reader.ReadAsync().AsTask().WaitAsync("the process to print a line");

    private static async Task GoneAsync(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            await process.WaitForExitAsync().WaitAsync($"process {processId} to be gone");
        }
        catch (ArgumentException)
        {
            // It is gone already.
        }
    }
}
