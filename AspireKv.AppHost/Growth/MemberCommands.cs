using AspireKv.AppHost.Storage;

namespace AspireKv.AppHost.Growth;

/// <summary>Drain and remove, as commands of each storage node in the dashboard. A spare node is added by its Start.</summary>
internal static class MemberCommands
{
    public const string Drain = "member-drain";
    public const string Remove = "member-remove";

    public static void WithMemberCommands(
        this IResourceBuilder<StorageClusterResource> cluster, IResourceBuilder<ProjectResource> gateway, ClusterHome home)
    {
        var change = new MemberChange(gateway, home, TimeProvider.System);
        foreach (var member in cluster.Resource.Members)
        {
            member.Node
                .WithCommand(Drain, "Drain", context => change.DrainAsync(context, member), new CommandOptions
                {
                    Description = "Moves what the node holds to others. The node stays a member, and holds nothing until a plan adds it.",
                    IconName = "ArrowExportLtr",
                    UpdateState = static context => StateOf(context, KnownResourceStates.Running),
                })
                .WithCommand(Remove, "Remove", context => change.RemoveAsync(context, member), new CommandOptions
                {
                    Description = "Moves what the node holds to others, stops it and sets its directory aside. Start makes it a new node.",
                    IconName = "SubtractCircle",
                    ConfirmationMessage = $"Is {member.Name} to leave the cluster? Its directory is renamed, not deleted.",
                    UpdateState = static context => StateOf(
                        context, [KnownResourceStates.Running, KnownResourceStates.Exited, KnownResourceStates.Finished]),
                });
        }
    }

    private static ResourceCommandState StateOf(UpdateCommandStateContext context, params ReadOnlySpan<string> states) =>
        states.Contains(context.ResourceSnapshot.State?.Text) ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}
