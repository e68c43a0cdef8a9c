namespace AspireKv.Testing.Programs;

/// <summary>
/// What becomes of a test whose program is not there: it is skipped on a developer's machine, and fails in CI, which installs what it needs
/// and would be green without the test otherwise.
/// </summary>
public static class MissingProgram
{
    /// <summary>Set to 1 where no test may be skipped for want of a program.</summary>
    public const string RequireVariable = "ASPIREKV_REQUIRE_PROGRAMS";

    /// <summary>Why the test is skipped; null when it runs.</summary>
    /// <param name="program">The program.</param>
    /// <param name="isThere">True when the program can be started.</param>
    /// <param name="isRequired">The value of <see cref="RequireVariable"/>.</param>
    public static string? SkipReason(string program, bool isThere, string? isRequired) =>
        isThere || isRequired == "1" ? null : $"There is no '{program}' here.";

    /// <inheritdoc cref="SkipReason(string, bool, string?)"/>
    public static string? SkipReason(string program, bool isThere) =>
        SkipReason(program, isThere, Environment.GetEnvironmentVariable(RequireVariable));
}
