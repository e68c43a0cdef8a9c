using System.Diagnostics;
using System.Globalization;
using AspireKv.Cli.Tests.Support;

namespace AspireKv.Cli.Tests;

/// <summary>The program as a process, with the pipes and signals that it gets there.</summary>
public sealed class ProcessTests
{
    private const string Order = "DELETE /v1/admin/members/6";

    [Fact]
    public async Task Process_WithPipes_PrintsPlainTextAndEndsWithItsExitCode()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var members = await EndAsync(Start(gateway, "members"));
        var refused = await EndAsync(Start(gateway, "plan", "add", "4", "--commit"));

        Assert.Equal(await new Akv(gateway).RunAsync("members"), members);
        refused.AssertFailed(
            1, "a commit is confirmed on a terminal, and this is none: give --yes, or keep the plan and use 'akv commit'.");
    }

    [Fact]
    public async Task Process_InterruptedAfterAnOrder_EndsWithAnUnknownOutcome()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Order, Reply.Silent);
        using var process = Start(gateway, "forget", "6");
        await Eventually.TrueAsync(
            () => gateway.Seen.Any(request => request.Route == Order), "the order is sent", within: Eventually.ForProcesses);

        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        var ended = await EndAsync(process);

        ended.AssertFailed(
            2,
            "outcome_unknown: the wait for the answer was interrupted; the order may have been carried out. "
            + "Look with 'akv cluster status', or give it again: that changes nothing twice.");
    }

    [Fact]
    public async Task Process_InterruptedInAQuestion_EndsAsRefused()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("GET /v1/admin/members", Reply.Silent);
        using var process = Start(gateway, "members");
        await Eventually.TrueAsync(() => gateway.Seen.Count > 0, "the question is asked", within: Eventually.ForProcesses);

        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        var ended = await EndAsync(process);

        ended.AssertFailed(1, "interrupted.");
    }

    private static Process Start(FakeGateway gateway, params string[] args)
    {
        // Whoever runs the tests in the background hands an ignored SIGINT down.
        var start = new ProcessStartInfo(
            "env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "AspireKv.Cli.dll"), .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var proxy in new[] { "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY" })
        {
            start.Environment[proxy] = "http://127.0.0.1:1";
        }

        start.Environment["AKV_GATEWAY"] = gateway.Address;
        start.Environment["AKV_TOKEN"] = FakeGateway.Token;
        return Process.Start(start)!;
    }

    private static async Task<Ended> EndAsync(Process process)
    {
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await Eventually.CompletesAsync(process.WaitForExitAsync(), "akv ends", within: Eventually.ForProcesses);
        }
        finally
        {
            process.Kill();
        }

        return new Ended(process.ExitCode, await output, await error);
    }
}
