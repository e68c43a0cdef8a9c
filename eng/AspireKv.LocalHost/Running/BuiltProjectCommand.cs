using System.Runtime.InteropServices;
using Aspire.Hosting;
using AspireKv.LocalHost.Processes;

namespace AspireKv.LocalHost;

/// <summary>How a project becomes a process.</summary>
internal delegate ChildProcessSpec ProjectCommand(
    IProjectMetadata project, IReadOnlyDictionary<string, string> environment, Action<string, bool> onLine);

/// <summary>How a built project is run: by the dotnet that runs us, in the project's directory, as <c>dotnet run</c> would.</summary>
internal static class BuiltProjectCommand
{
    public static ChildProcessSpec For(
        IProjectMetadata project, IReadOnlyDictionary<string, string> environment, Action<string, bool> onLine)
    {
        var assembly = (project as IBuiltProjectMetadata)?.AssemblyPath
            ?? throw new InvalidOperationException($"The build left no path to the assembly of {project.ProjectPath}.");
        return File.Exists(assembly)
            ? new(DotnetPath(), ["exec", assembly], Path.GetDirectoryName(project.ProjectPath)!, environment, onLine)
            : throw new FileNotFoundException($"{assembly} is not there. Build the solution: dotnet build AspireKv.sln");
    }

    /// <summary>The runtime lies at ROOT/shared/Microsoft.NETCore.App/VERSION/ of the installation that has the <c>dotnet</c> program.</summary>
    private static string DotnetPath()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
    }
}
