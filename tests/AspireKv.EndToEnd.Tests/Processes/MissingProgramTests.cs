using AspireKv.Testing.Programs;

namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>In CI no test is skipped for want of a program that CI can install.</summary>
public sealed class MissingProgramTests
{
    [Theory]
    [InlineData(true, null, false)]
    [InlineData(true, "1", false)]
    [InlineData(false, null, true)]
    [InlineData(false, "0", true)]
    [InlineData(false, "1", false)]
    public void SkipReason_OfAProgram_IsGivenWhereItIsMissingAndNotRequired(bool isThere, string? isRequired, bool isSkipped) =>
        Assert.Equal(isSkipped, MissingProgram.SkipReason("program", isThere, isRequired) is not null);

    [Fact]
    public void RequireVariable_IsSetByTheScriptOfCi() => Assert.Contains(
        $"export {MissingProgram.RequireVariable}=1",
        File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")),
        StringComparison.Ordinal);
}
