using System.Text.Json;
using AspireKv.AppHost.Storage;

namespace AspireKv.AppHost.Growth;

/// <summary>
/// Changes who is a member of the cluster, and says what became of it. One change is carried out at a time, as the cluster has one plan at
/// a time.
/// </summary>
/// <param name="gateway">Takes the orders.</param>
/// <param name="home">Where the directories of the nodes are.</param>
/// <param name="time">How long is waited is measured by it.</param>
internal sealed class MemberChange(IResourceBuilder<ProjectResource> gateway, ClusterHome home, TimeProvider time)
{
    private readonly NodeRemoval _removal = new(home, time);

    /// <summary>1 while a change is under way.</summary>
    private int _isUnderWay;

    public Task<ExecuteCommandResult> DrainAsync(ExecuteCommandContext context, ClusterMember member) =>
        AloneAsync(context, async client =>
        {
            var plan = await client.CommitAsync([Wish.Drain(member.Id)], context.CancellationToken);
            return $"{member.Name} is being drained. {plan.Describe()} The node stays a member, and holds nothing once that is done.";
        });

    public Task<ExecuteCommandResult> RemoveAsync(ExecuteCommandContext context, ClusterMember member) =>
        AloneAsync(context, async client =>
        {
            var moved = "Its removal had begun before.";
            await _removal.LeaveAsync(client, [member.Id], plan => moved = plan.Describe(), context.CancellationToken);
            var aside = await _removal.StopAndSetAsideAsync(context.Services, member, context.CancellationToken);
            return $"{member.Name} was removed. {moved} " + (aside is null ? "" : $"What it had stored is in {aside}. ")
                + "Start makes it a new node.";
        });

    /// <summary>A second change is told of the first at once: by the time that one ends, somebody may want something else.</summary>
    private async Task<ExecuteCommandResult> AloneAsync(ExecuteCommandContext context, Func<AdminClient, Task<string>> change)
    {
        if (Interlocked.Exchange(ref _isUnderWay, 1) != 0)
        {
            return CommandResults.Failure("A change of the members is under way: wait for what it says.");
        }

        try
        {
            using var http = AdminClient.CreateHttp(gateway.GetEndpoint("http").Url);
            await http.LogInAsync(AdminClient.Operator, cancellationToken: context.CancellationToken);
            var done = await change(new AdminClient(http, time));
            // Shown at once: a message alone would only be in the list behind the bell.
            return CommandResults.Success(done, done, CommandResultFormat.Text, displayImmediately: true);
        }
        catch (RefusedException exception)
        {
            return CommandResults.Failure($"The cluster refuses: {exception.Message}");
        }
        catch (Exception exception) when (GatewayLogin.IsNoAnswer(exception, context.CancellationToken))
        {
            return CommandResults.Failure($"The gateway does not answer as it should: {exception.Message}");
        }
        catch (Exception exception) when (exception is TimeoutException or IOException or UnauthorizedAccessException or JsonException)
        {
            return CommandResults.Failure(exception.Message);
        }
        finally
        {
            Volatile.Write(ref _isUnderWay, 0);
        }
    }
}
