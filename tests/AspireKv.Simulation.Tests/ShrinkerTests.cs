using AspireKv.Simulation.Tests.Running;
using AspireKv.Simulation.Tests.Sabotage;
using AspireKv.Simulation.Tests.Scenarios;
using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests;

public class ShrinkerTests
{
    [Fact]
    public void Shrink_FailingScenario_LeavesASmallerOneThatFails()
    {
        static Saboteur Create() => new ForwardsTwice();
        var failing = Campaign.Run(new SeedRange(0, 50), _ => { }, Create, maxViolations: 1).Violations.Single().Scenario;

        var smaller = Shrinker.Shrink(failing, Create);

        Assert.True(SimulationRun.Run(smaller, Create).IsOfSafety);
        Assert.True(smaller.Operations.Count + smaller.Faults.Count <= (failing.Operations.Count + failing.Faults.Count) / 2);
    }

    [Fact]
    public void Shrink_ScenarioThatHolds_LeavesItAsItIs()
    {
        var scenario = ScenarioDraw.Draw(1);
        Assert.Same(scenario, Shrinker.Shrink(scenario));
    }
}
