using AspireKv.AppHost.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AspireKv.AppHost.Growth;

/// <summary>
/// Takes nodes out of the cluster: has what they hold moved to others, waits until they are members no more, stops them, and sets their
/// directories aside. Each step looks first whether it was done before, so that a removal that was interrupted is asked for again.
/// </summary>
/// <param name="home">Where the directories are.</param>
/// <param name="time">How long is waited is measured by it.</param>
internal sealed class NodeRemoval(ClusterHome home, TimeProvider time)
{
    private const string Removing = "removing";

    /// <summary>Moving a lot of data takes long.</summary>
    private static readonly TimeSpan MovePatience = TimeSpan.FromHours(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Moves what the nodes hold to others, and waits until the nodes are members no more.</summary>
    /// <param name="client">Asks the cluster.</param>
    /// <param name="nodes">The numbers of the nodes.</param>
    /// <param name="onCommitted">Is told what moves; not called when nothing had to be committed.</param>
    /// <param name="cancellationToken">Ends the wait, not the moves.</param>
    /// <exception cref="RefusedException">The cluster refuses, or somebody cancelled the plan; the nodes go on as members.</exception>
    /// <exception cref="HttpRequestException">The gateway does not answer.</exception>
    /// <exception cref="TimeoutException">The moves take longer than two hours, and go on.</exception>
    public async Task LeaveAsync(
        AdminClient client, IReadOnlyList<int> nodes, Action<ClusterPlan> onCommitted, CancellationToken cancellationToken)
    {
        var members = await client.ListMembersAsync(cancellationToken);
        var wishes = nodes.Where(node => members.TryGetValue(node, out var state) && state != Removing).Select(Wish.Remove).ToList();
        if (wishes.Count > 0)
        {
            onCommitted(await client.CommitAsync(wishes, cancellationToken));
        }

        var begin = time.GetTimestamp();
        var wasPending = false;
        while (true)
        {
            var isPending = await client.IsPendingAsync(cancellationToken);
            members = await client.ListMembersAsync(cancellationToken);
            if (!isPending && !nodes.Any(members.ContainsKey))
            {
                return;
            }

            // A gateway may hear of the plan only after its commit was answered; whoever saw it pending sees its end.
            if (wasPending && !isPending && nodes.Any(node => members.TryGetValue(node, out var state) && state != Removing))
            {
                throw new RefusedException(RefusedException.Cancelled, "The removal was cancelled.");
            }

            if (time.GetElapsedTime(begin) > MovePatience)
            {
                throw new TimeoutException("What the nodes hold still moves after two hours, and goes on: ask again later.");
            }

            wasPending |= isPending;
            await Task.Delay(LookInterval, time, cancellationToken);
        }
    }

    /// <summary>Stops a node that is no member any more, and sets its directory aside.</summary>
    /// <param name="services">The application's.</param>
    /// <param name="member">The node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The new name of the directory, or null when there was none.</returns>
    /// <exception cref="TimeoutException">The node does not end; its directory stays.</exception>
    /// <exception cref="IOException">The directory could not be renamed, or that could not be noted.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public async Task<string?> StopAndSetAsideAsync(IServiceProvider services, ClusterMember member, CancellationToken cancellationToken)
    {
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        member.IsExpected = false;
        if (!IsStopped(notifications, member))
        {
            // The node may end by itself meanwhile, since it hears that it was removed; whether it was stopped is seen below.
            await services.GetRequiredService<ResourceCommandService>()
                .ExecuteCommandAsync(member.Node.Resource, KnownResourceCommands.StopCommand, cancellationToken);
        }

        var begin = time.GetTimestamp();
        while (!IsStopped(notifications, member))
        {
            if (time.GetElapsedTime(begin) > StopPatience)
            {
                throw new TimeoutException($"{member.Name} does not end, so its directory stays as it is.");
            }

            await Task.Delay(LookInterval, time, cancellationToken);
        }

        var aside = NodeDirectories.SetAside(home.Settings.DataRoot, member.Id, time.GetUtcNow());
        home.Note.Change(noted => noted.WithRemoved(member.Id));
        await notifications.PublishUpdateAsync(member.Node.Resource, static snapshot => snapshot with
        {
            State = KnownResourceStates.NotStarted,
            ExitCode = null,
        });
        return aside;
    }

    private static bool IsStopped(ResourceNotificationService notifications, ClusterMember member) =>
        notifications.TryGetCurrentState(member.Name, out var current)
        && (current.Snapshot.State?.Text == KnownResourceStates.NotStarted
            || KnownResourceStates.TerminalStates.Contains(current.Snapshot.State?.Text));
}
