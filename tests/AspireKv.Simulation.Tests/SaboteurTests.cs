using AspireKv.Simulation.Tests.Running;
using AspireKv.Simulation.Tests.Sabotage;

namespace AspireKv.Simulation.Tests;

/// <summary>The simulation must notice when a safeguard is missing, or its silence means nothing.</summary>
public class SaboteurTests
{
    public static TheoryData<string> Names => [.. Teeth.All.Select(tooth => tooth.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Simulation_SafeguardTakenAway_IsNoticed(string name)
    {
        var (_, withinSeeds, profile, create) = Teeth.All.Single(tooth => tooth.Name == name);
        var summary = Campaign.Run(new SeedRange(0, withinSeeds), _ => { }, create, maxViolations: 1, profile);
        Assert.True(summary.Violations.Count == 1, $"{name} was not noticed in {withinSeeds} seeds: {summary}");
    }
}
