using AspireKv.Simulation.Tests.Running;
using AspireKv.Simulation.Tests.Sabotage;

namespace AspireKv.Simulation.Tests;

/// <summary>The simulation must notice when a safeguard is missing, or its silence means nothing.</summary>
public class SaboteurTests
{
    /// <summary>From so many seeds on a search takes too long for the default suite.</summary>
    private const int ManySeeds = 10_000;

    public static TheoryData<string> Usual => [.. Teeth.All.Where(tooth => tooth.WithinSeeds < ManySeeds).Select(tooth => tooth.Name)];

    public static TheoryData<string> Rare => [.. Teeth.All.Where(tooth => tooth.WithinSeeds >= ManySeeds).Select(tooth => tooth.Name)];

    [Theory]
    [MemberData(nameof(Usual))]
    public void Simulation_SafeguardTakenAway_IsNoticed(string name) => Notices(name);

    [Theory]
    [MemberData(nameof(Rare))]
    [Trait("Category", "Soak")]
    public void Simulation_SafeguardThatRarelyMattersTakenAway_IsNoticed(string name) => Notices(name);

    private static void Notices(string name)
    {
        var (_, withinSeeds, profile, create) = Teeth.All.Single(tooth => tooth.Name == name);
        var summary = Campaign.Run(new SeedRange(0, withinSeeds), _ => { }, create, maxViolations: 1, profile);
        Assert.True(summary.Violations.Count == 1, $"{name} was not noticed in {withinSeeds} seeds: {summary}");
    }
}
