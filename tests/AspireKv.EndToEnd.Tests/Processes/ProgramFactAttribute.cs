using AspireKv.Testing.Programs;

namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>A test that needs a program which may not be installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    /// <param name="program">Its name on the path.</param>
    public ProgramFactAttribute(string program)
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Skip = MissingProgram.SkipReason(program, directories.Any(directory => File.Exists(Path.Combine(directory, program))));
    }
}
