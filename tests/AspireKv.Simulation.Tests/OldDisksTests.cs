using AspireKv.Simulation.Tests.Running;
using AspireKv.Simulation.Tests.Scenarios;
using Xunit.Abstractions;

namespace AspireKv.Simulation.Tests;

/// <summary>Disks that were lost or copied and are put back, while everything else goes wrong too.</summary>
public class OldDisksTests(ITestOutputHelper output)
{
    private const int Seeds = 3_000;

    [Fact]
    public void Cluster_FindingOldDisks_KeepsItsPromisesAndRebuilds()
    {
        var violations = new List<SimulationReport>();
        var putBack = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var report = SimulationRun.Run(ScenarioDraw.Draw(seed, Profile.OldDisks));
            putBack += report.DisksPutBack;
            if (report.Violation is not null)
            {
                violations.Add(report);
            }
        }

        output.WriteLine($"{putBack} disks put back in {Seeds} seeds");
        Assert.True(violations.Count == 0, $"{violations.Count} violations\n{string.Join("\n\n", violations.Take(10))}");
        Assert.True(putBack >= Seeds / 4, $"only {putBack} disks were put back in {Seeds} seeds");
    }
}
