using System.Reflection;

namespace AspireKv.AppHost;

/// <summary>Where the build put the executables of the services; the build wrote it into this assembly.</summary>
internal static class ServiceExecutable
{
    private const string KeyPrefix = "Executable of ";

    private static readonly Dictionary<string, string> Assemblies = typeof(ServiceExecutable).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Where(static attribute => attribute.Key.StartsWith(KeyPrefix, StringComparison.Ordinal))
        .ToDictionary(static attribute => attribute.Key[KeyPrefix.Length..], static attribute => attribute.Value!);

    /// <summary>The executable that was built from a project.</summary>
    /// <param name="projectPath">The full path of its .csproj file.</param>
    public static string Of(string projectPath) =>
        Path.ChangeExtension(Assemblies[projectPath], OperatingSystem.IsWindows() ? ".exe" : null);
}
