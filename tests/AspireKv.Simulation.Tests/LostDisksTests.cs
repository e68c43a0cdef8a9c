using AspireKv.Simulation.Tests.Running;
using AspireKv.Simulation.Tests.Sabotage;
using AspireKv.Simulation.Tests.Scenarios;
using Xunit.Abstractions;

namespace AspireKv.Simulation.Tests;

/// <summary>Nodes that come back with empty disks, again and again, while everything else goes wrong too.</summary>
public class LostDisksTests(ITestOutputHelper output)
{
    [Fact]
    public void Cluster_LosingDisks_KeepsItsPromisesAndRebuilds() => Run(new SeedRange(0, 1_500));

    [Fact]
    [Trait("Category", "Soak")]
    public void Cluster_LosingMoreDisks_KeepsItsPromisesAndRebuilds() => Run(new SeedRange(1_500, 3_000));

    private void Run(SeedRange seeds)
    {
        var violations = new List<SimulationReport>();
        var lost = 0;
        foreach (var seed in seeds.Seeds)
        {
            var report = SimulationRun.Run(ScenarioDraw.Draw(seed, Profile.LostDisks));
            lost += report.DisksLost;
            if (report.Violation is not null)
            {
                violations.Add(report);
            }
        }

        output.WriteLine($"{lost} disks lost in {seeds.Count} seeds");
        Assert.True(violations.Count == 0, $"{violations.Count} violations\n{string.Join("\n\n", violations.Take(10))}");
        Assert.True(lost >= seeds.Count * 4 / 5, $"only {lost} disks were lost in {seeds.Count} seeds");
    }

    /// <summary>
    /// Seeds that failed once. After a change to the core or to the simulation they stand for other runs, and are as good as any.
    /// </summary>
    [Theory]
    [InlineData(51635)]
    public void Cluster_WithASeedThatFailed_KeepsItsPromises(int seed)
    {
        var report = SimulationRun.Run(ScenarioDraw.Draw(seed, Profile.LostDisks));

        Assert.True(report.Violation is null, report.ToString());
    }

    [Fact]
    public void Simulation_LearnersThatVote_IsNoticed()
    {
        const int WithinSeeds = 2_000;
        var noticed = Enumerable.Range(0, WithinSeeds)
            .Select(seed => SimulationRun.Run(ScenarioDraw.Draw(seed, Profile.LostDisks), () => new LetsLearnersVote()))
            .Any(report => report is { Violation: not null, IsOfSafety: true });

        Assert.True(noticed, $"not noticed in {WithinSeeds} seeds");
    }
}
