using System.Diagnostics;

namespace AspireKv.LocalHost.Processes;

/// <summary>
/// Starts child processes so that none outlives us: each is in a session of its own, so that Ctrl-C in the terminal reaches only us and
/// the order of stopping stays ours; and a guard ends them should we be killed.
/// </summary>
internal sealed class ProcessLauncher(ProcessGuard guard, TimeProvider time)
{
    private const string SetSid = "/usr/bin/setsid";

    /// <summary>What the host's own launch profile set for the host (and the dashboard), and must not reach the services.</summary>
    private static readonly string[] OwnPrefixes =
        ["ASPNETCORE_URLS", "ASPIRE_", "DASHBOARD__", "APPHOST__", "DOTNET_LAUNCH_PROFILE", "MSBUILD"];

    private static readonly bool HasSetSid = OperatingSystem.IsLinux() && File.Exists(SetSid);

    public ChildProcess Start(ChildProcessSpec spec)
    {
        var start = new ProcessStartInfo(HasSetSid ? SetSid : spec.FileName)
        {
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        IEnumerable<string> arguments = HasSetSid ? [spec.FileName, .. spec.Arguments] : spec.Arguments;
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(IsOwn).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!, HasSetSid, guard, time, spec.OnLine);
    }

    private static bool IsOwn(string name) =>
        OwnPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
