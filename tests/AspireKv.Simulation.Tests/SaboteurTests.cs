using AspireKv.Simulation.Tests.Running;
using AspireKv.Simulation.Tests.Sabotage;

namespace AspireKv.Simulation.Tests;

/// <summary>The simulation must notice when a safeguard is missing, or its silence means nothing.</summary>
public class SaboteurTests
{
    [Fact]
    public void Simulation_AnswersBeforeSync_IsCaughtByTheInvariants() => AssertCaught<AcknowledgesBeforeSyncInPlainSight>(50);

    [Fact]
    public void Simulation_AnswersBeforeSync_IsCaughtByTheHistory() => AssertCaught<AcknowledgesBeforeSync>(2_000);

    [Fact]
    public void Simulation_ForgottenPromises_AreCaught() => AssertCaught<ForgetsPromises>(10_000);

    [Fact]
    public void Simulation_SkippedConfirm_IsCaught() => AssertCaught<SkipsConfirm>(2_000);

    [Fact]
    public void Simulation_SkippedWriteBack_IsCaught() => AssertCaught<SkipsWriteBack>(2_000);

    [Fact]
    public void Simulation_RepeatedUnknownWrite_IsCaught() => AssertCaught<RepeatsUnknownWrites>(5_000);

    [Fact]
    public void Simulation_DoubleForward_IsCaught() => AssertCaught<ForwardsTwice>(2_000);

    [Fact]
    public void Simulation_AcceptUnderAnOldBallot_IsCaught() => AssertCaught<AcceptsUnderOldBallots>(5_000);

    private static void AssertCaught<TSaboteur>(int withinSeeds)
        where TSaboteur : Saboteur, new()
    {
        var summary = Campaign.Run(new SeedRange(0, withinSeeds), _ => { }, () => new TSaboteur(), maxViolations: 1);
        Assert.True(summary.Violations.Count == 1, $"{typeof(TSaboteur).Name} was not noticed in {withinSeeds} seeds: {summary}");
    }
}
