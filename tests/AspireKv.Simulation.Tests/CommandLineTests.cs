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
    [InlineData("--stops 0:20", "20 seeds from 0, 0 violations")]
    [InlineData("--stops --seed 3", "trace [0-9a-f]{16}")]
    [InlineData("--moves 0:20", "20 seeds from 0, 0 violations")]
    [InlineData("--moves --seed 3", "trace [0-9a-f]{16}")]
    [InlineData("--calm-moves 0:20", "20 seeds from 0, 0 violations")]
    [InlineData("--shrink 4711", "trace [0-9a-f]{16}")]
    public void Command_OfTheDocumentation_EndsWell(string arguments, string shows)
    {
        using var output = new StringWriter();

        Assert.Equal(0, CommandLine.Run(arguments.Split(' '), output));

        Assert.Matches(shows, output.ToString());
    }

    [Theory]
    [InlineData("--traces 7:12")]
    [InlineData("--lost-disks --traces 3:5")]
    public void Traces_OfTheSameCode_AreTheSame(string arguments)
    {
        var file = Path.GetTempFileName();
        using var output = new StringWriter();

        Assert.Equal(0, CommandLine.Run([.. arguments.Split(' '), "--write", file], output));
        Assert.Equal(0, CommandLine.Run([.. arguments.Split(' '), "--compare", file], output));

        Assert.Contains(" traces, 0 differ", output.ToString(), StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public void Traces_OfOtherCode_NameTheSeedThatDiffers()
    {
        var file = Path.GetTempFileName();
        using var output = new StringWriter();
        CommandLine.Run(["--traces", "7:3", "--write", file], output);
        var lines = File.ReadAllLines(file);
        File.WriteAllLines(file, [lines[0], "8 0123456789abcdef", lines[2]]);

        Assert.Equal(1, CommandLine.Run(["--traces", "7:3", "--compare", file], output));

        Assert.Contains("seed 8 differs: 0123456789abcdef before", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("3 traces, 1 differ", output.ToString(), StringComparison.Ordinal);
        File.Delete(file);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--traces 0:3 --read file")]
    [InlineData("--seed x")]
    [InlineData("--seeds 5")]
    public void Command_ThatIsNone_SaysWhichThereAre(string arguments)
    {
        using var output = new StringWriter();

        Assert.Equal(2, CommandLine.Run(arguments.Split(' '), output));

        Assert.Contains("--shrink SEED", output.ToString(), StringComparison.Ordinal);
    }
}
