using System.Diagnostics;
using AspireKv.Simulation.Tests.Running;

namespace AspireKv.Simulation.Tests;

public class ReplayTests
{
    [Fact]
    public void Run_SameSeedTwice_LeavesTheSameTrace()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var first = SimulationRun.Run(seed, keepTrace: true);
            var second = SimulationRun.Run(seed, keepTrace: true);
            Assert.Equal(first.Trace, second.Trace);
            Assert.Equal(first.TraceHash, second.TraceHash);
            Assert.Equal(first.TraceHash, SimulationRun.Run(seed).TraceHash);
        }
    }

    [Fact]
    public void Run_OtherSeed_LeavesAnotherTrace() =>
        Assert.Equal(40, Enumerable.Range(0, 40).Select(seed => SimulationRun.Run(seed).TraceHash).Distinct().Count());

    [Fact]
    public async Task Run_InAnotherProcess_LeavesTheSameTrace()
    {
        const int Seed = 5;
        var start = new ProcessStartInfo("dotnet", [typeof(ReplayTests).Assembly.Location, "--hash", $"{Seed}"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var hash = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.Equal(CommandLine.Hash(SimulationRun.Run(Seed)), hash.Trim());
    }
}
