using AspireKv.Simulation.Tests.Running;
using Xunit.Abstractions;

namespace AspireKv.Simulation.Tests;

/// <summary>Whole clusters under faults; no seed may break a promise.</summary>
public class SimulationTests(ITestOutputHelper output)
{
    /// <summary>Names other seeds, as first:count, than the usual ones.</summary>
    private const string SeedsVariable = "ASPIREKV_SIM_SEEDS";

    private static readonly SeedRange UsualSeeds = new(0, 3_000);
    private static readonly SeedRange MoreSeeds = new(3_000, 6_000);

    [Fact]
    public async Task Cluster_UnderFaults_KeepsItsPromises()
    {
        var given = Environment.GetEnvironmentVariable(SeedsVariable);
        var seeds = UsualSeeds;
        Assert.True(given is null || SeedRange.TryParse(given, out seeds), $"{SeedsVariable} is {given}, not first:count");

        var summary = await RunAsync(seeds);
        if (given is null)
        {
            // Without enough happening, silence would mean nothing.
            Assert.Equal(seeds.Count, summary.Runs);
            Assert.True(summary.EventsPerSeed >= 300, summary.ToString());
            Assert.True(summary.OperationsPerSeed >= 10, summary.ToString());
            Assert.True(summary.FaultsPerSeed >= 2, summary.ToString());
            Assert.True(summary.ShareAnswered >= 0.5, summary.ToString());
        }
    }

    [Fact]
    [Trait("Category", "Soak")]
    public async Task Cluster_UnderMoreFaults_KeepsItsPromises() => await RunAsync(MoreSeeds);

    private async Task<CampaignSummary> RunAsync(SeedRange seeds)
    {
        var half = seeds.Count / 2;
        var other = Task.Run(() => Campaign.Run(new SeedRange(seeds.First + half, seeds.Count - half), _ => { }));
        var summary = Campaign.Run(new SeedRange(seeds.First, half), _ => { });
        summary.Add(await other);
        output.WriteLine(summary.ToString());
        Assert.True(summary.Violations.Count == 0, $"{summary}\n{string.Join("\n\n", summary.Violations)}");
        return summary;
    }
}
