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
                .WithCommand(Kill, "Kill", target.KillAsync, new CommandOptions
                {
                    Description = "Ends the node's process at once, as a crash would. Start brings the node back.",
                    IconName = "Flash",
                    UpdateState = context => target.StateOf(context, static _ => true),
                })
                .WithCommand(Pause, "Pause", target.PauseAsync, new CommandOptions
                {
                    Description = "Halts the node's process, as a stalled machine would. Resume lets it go on.",
                    IconName = "Pause",
                    UpdateState = context => target.StateOf(context, static process => !process.IsPaused),
                })
                .WithCommand(Resume, "Resume", target.ResumeAsync, new CommandOptions
                {
                    Description = "Lets the node's process go on.",
                    IconName = "Play",
                    UpdateState = context => target.StateOf(context, static process => process.IsPaused),
                });
        }
    }
}
