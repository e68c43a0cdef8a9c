using AspireKv.AppHost.Storage;

namespace AspireKv.AppHost.Chaos;

/// <summary>Kill, pause and resume, as commands of each storage node in the dashboard. Restart is Aspire's own command.</summary>
internal static class NodeCommands
{
    public const string Kill = "chaos-kill";
    public const string Pause = "chaos-pause";
    public const string Resume = "chaos-resume";

    /// <summary>What the dashboard shows for a node between pause and resume.</summary>
    public const string PausedState = "Paused";

    /// <summary>Only on Linux, where a process can be told from another one for certain.</summary>
    public static void WithChaosCommands(this IResourceBuilder<StorageClusterResource> cluster, ClusterHome home)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        foreach (var member in cluster.Resource.Members)
        {
            var target = new ChaosTarget(member, home.DataRoot.DirectoryOf(member.Name));
            member.Node
                .WithCommand(Kill, "Kill", context => target.SignalAsync(context, Signal.Kill, state: null, "was killed (SIGKILL)"), new CommandOptions
                {
                    Description = "Ends the node's process at once, as a crash would. Start brings the node back.",
                    IconName = "Flash",
                    UpdateState = context => target.StateOf(context, static _ => true),
                })
                .WithCommand(Pause, "Pause", context => target.SignalAsync(context, Signal.Stop, Paused, "is paused (SIGSTOP)"), new CommandOptions
                {
                    Description = "Halts the node's process, as a stalled machine would. Resume lets it go on.",
                    IconName = "Pause",
                    UpdateState = context => target.StateOf(context, static process => !process.IsPaused),
                })
                .WithCommand(Resume, "Resume", context => target.SignalAsync(context, Signal.Continue, Running, "goes on (SIGCONT)"), new CommandOptions
                {
                    Description = "Lets the node's process go on.",
                    IconName = "Play",
                    UpdateState = context => target.StateOf(context, static process => process.IsPaused),
                });
        }
    }

    private static ResourceStateSnapshot Paused { get; } = new(PausedState, KnownResourceStateStyles.Warn);

    private static ResourceStateSnapshot Running { get; } = new(KnownResourceStates.Running, KnownResourceStateStyles.Success);
}
