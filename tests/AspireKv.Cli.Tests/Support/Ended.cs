namespace AspireKv.Cli.Tests.Support;

/// <summary>How a run of the program ended.</summary>
internal sealed record Ended(int ExitCode, string Out, string Error)
{
    /// <summary>The lines of the standard output.</summary>
    public IReadOnlyList<string> Lines => Out.Split('\n')[..^1];

    /// <summary>It was done, without a word on the standard error.</summary>
    public Ended AssertDone()
    {
        Assert.Equal((0, ""), (ExitCode, Error));
        return this;
    }

    /// <summary>It failed with one line, and nothing on the standard output.</summary>
    public Ended AssertFailed(int exitCode, string error)
    {
        Assert.Equal((exitCode, $"akv: {error}\n", ""), (ExitCode, Error, Out));
        return this;
    }
}
