namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>Finds files of the checkout that these tests were built in.</summary>
internal static class Repository
{
    /// <summary>The directory of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The build output of a project, in the configuration of these tests.</summary>
    /// <param name="project">The directory of the project, from <see cref="Root"/>.</param>
    public static string AssemblyOf(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Root, project, "bin", output.Parent!.Name, output.Name, $"{Path.GetFileName(project)}.dll");
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "AspireKv.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No AspireKv.sln above {AppContext.BaseDirectory}.");
    }
}
