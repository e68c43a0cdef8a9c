using AspireKv.Simulation.Tests.Running;
using AspireKv.Simulation.Tests.Scenarios;
using Xunit.Abstractions;

namespace AspireKv.Simulation.Tests;

/// <summary>Disks that were lost or copied and are put back, while everything else goes wrong too.</summary>
public class OldDisksTests(ITestOutputHelper output)
{
    [Fact]
    public void Cluster_FindingOldDisks_KeepsItsPromisesAndRebuilds() => Run(new SeedRange(0, 1_500));

    [Fact]
    [Trait("Category", "Soak")]
    public void Cluster_FindingMoreOldDisks_KeepsItsPromisesAndRebuilds() => Run(new SeedRange(1_500, 3_000));

    private void Run(SeedRange seeds)
    {
        var violations = new List<SimulationReport>();
        var putBack = 0;
        foreach (var seed in seeds.Seeds)
        {
            var report = SimulationRun.Run(ScenarioDraw.Draw(seed, Profile.OldDisks));
            putBack += report.DisksPutBack;
            if (report.Violation is not null)
            {
                violations.Add(report);
            }
        }

        output.WriteLine($"{putBack} disks put back in {seeds.Count} seeds");
        Assert.True(violations.Count == 0, $"{violations.Count} violations\n{string.Join("\n\n", violations.Take(10))}");
        Assert.True(putBack >= seeds.Count / 4, $"only {putBack} disks were put back in {seeds.Count} seeds");
    }
}
