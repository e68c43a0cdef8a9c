using AspireKv.Simulation.Tests.Running;

namespace AspireKv.Simulation.Tests;

/// <summary>The commands of docs/testing.md, with fewer seeds.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--seed 4711", "trace [0-9a-f]{16}")]
    [InlineData("--hash 4711", "^[0-9a-f]{16}\\s*$")]
    [InlineData("--seeds 1000000:20", "20 seeds from 1000000, 0 violations")]
    [InlineData("--lost-disks 0:20", "20 seeds, ")]
    [InlineData("--lost-disks --seed 3", "trace [0-9a-f]{16}")]
    [InlineData("--shrink 4711", "trace [0-9a-f]{16}")]
    public void Command_OfTheDocumentation_EndsWell(string arguments, string shows)
    {
        using var output = new StringWriter();

        Assert.Equal(0, CommandLine.Run(arguments.Split(' '), output));

        Assert.Matches(shows, output.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("--seed x")]
    [InlineData("--seeds 5")]
    public void Command_ThatIsNone_SaysWhichThereAre(string arguments)
    {
        using var output = new StringWriter();

        Assert.Equal(2, CommandLine.Run(arguments.Split(' '), output));

        Assert.Contains("--shrink SEED", output.ToString(), StringComparison.Ordinal);
    }
}
