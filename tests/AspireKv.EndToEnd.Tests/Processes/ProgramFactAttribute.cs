namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>A test that needs a program of the machine; skipped, with the reason, where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    /// <param name="program">Its name on the path.</param>
    public ProgramFactAttribute(string program)
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!directories.Any(directory => File.Exists(Path.Combine(directory, program))))
        {
            Skip = $"There is no program '{program}' here.";
        }
    }
}
