using AspireKv.LocalHost;
using AspireKv.LocalHost.Processes;

namespace AspireKv.AppHost.Tests.Local;

/// <summary>Stands for a project whose process is a shell script.</summary>
internal sealed class ShellProject : IProjectMetadata
{
    public string ProjectPath => "/nowhere/Shell.csproj";

    /// <summary>Says that it is ready, and goes on until it is told to stop.</summary>
    public const string Endless = "trap 'echo stopping; exit 0' TERM; echo ready; while :; do sleep 0.05; done";

    public static ProjectCommand Running(string script) => (_, environment, onLine) => Spec(script, environment, onLine);

    public static ChildProcessSpec Spec(string script, IReadOnlyDictionary<string, string> environment, Action<string, bool> onLine) =>
        new("/bin/sh", ["-c", script], "/", environment, onLine);
}
