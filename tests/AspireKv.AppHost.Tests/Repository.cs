namespace AspireKv.AppHost.Tests;

/// <summary>The repository that these tests were built in.</summary>
internal static class Repository
{
    private static readonly string Root = Find();

    /// <summary>Debug or Release, as of this build.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static string Combine(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "AspireKv.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException($"AspireKv.sln is not above {AppContext.BaseDirectory}.");
    }
}
