using System.Text.Json;
using AspireKv.AppHost.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AspireKv.AppHost.Growth;

/// <summary>
/// Takes the nodes out of the cluster that are more than <c>--nodes</c> says now and were not at the last start: once all of it serves, by
/// a plan as an operator's. Until that is done the note says so, and the next start goes on with it.
/// </summary>
internal static class LeavingNodes
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    public static void WithLeavingNodes(
        this IResourceBuilder<StorageClusterResource> cluster, IResourceBuilder<ProjectResource> gateway, ClusterHome home)
    {
        var leaving = cluster.Resource.Members.Where(static member => member.Plan.Part == NodePart.Leaving).ToList();
        if (leaving.Count == 0)
        {
            // None of those that are too many has data.
            home.Note.Change(noted => noted.WithReached(home.Settings.Nodes));
            return;
        }

        var begun = 0;
        gateway.OnResourceReady((resource, ready, starting) =>
        {
            if (Interlocked.Exchange(ref begun, 1) == 0)
            {
                // Nobody is to wait for it: data may move for long.
                _ = RemoveAsync(leaving, resource.GetEndpoint("http").Url, home, ready.Services);
            }

            return Task.CompletedTask;
        });
    }

    private static async Task RemoveAsync(
        IReadOnlyList<ClusterMember> leaving, string gateway, ClusterHome home, IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(LeavingNodes).Namespace!);
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var names = string.Join(", ", leaving.Select(static member => member.Name));
        try
        {
            using var http = AdminClient.CreateHttp(gateway);
            await LogInAsync(http, services, stopping);
            var client = new AdminClient(http, TimeProvider.System);
            var removal = new NodeRemoval(home, TimeProvider.System);
            await OthersDoneAsync(client, stopping);
            await removal.LeaveAsync(
                client,
                [.. leaving.Select(static member => member.Id)],
                plan => Log.Leaving(logger, names, home.Settings.Nodes, plan.Describe()),
                stopping);
            foreach (var member in leaving)
            {
                Log.Left(logger, member.Name, await removal.StopAndSetAsideAsync(services, member, stopping) ?? "no directory");
            }

            home.Note.Change(noted => noted.WithReached(home.Settings.Nodes));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception exception)
            when (exception is RefusedException or HttpRequestException or OperationCanceledException or TimeoutException or JsonException
                or IOException or UnauthorizedAccessException)
        {
            Log.NotRemoved(logger, names, exception.Message);
        }
        catch (Exception exception)
        {
            // Nobody waits for this task.
            Log.RemovalFailed(logger, exception, names);
        }
    }

    /// <summary>As anybody in Development; elsewhere as the account that the auth service is given at its first start.</summary>
    private static Task LogInAsync(HttpClient http, IServiceProvider services, CancellationToken stopping)
    {
        var account = services.GetRequiredService<IConfiguration>().GetSection("Auth:Administrator");
        return services.GetRequiredService<IHostEnvironment>().IsDevelopment()
            ? http.LogInAsync(AdminClient.Operator, cancellationToken: stopping)
            : http.LogInAsync(account["Email"] ?? AdminClient.Operator, account["Password"] ?? "", stopping);
    }

    /// <summary>A plan that is under way, such as that of a node that joins, ends first; waited for as long as the AppHost runs.</summary>
    private static async Task OthersDoneAsync(AdminClient client, CancellationToken stopping)
    {
        while (await client.IsPendingAsync(stopping))
        {
            await Task.Delay(LookInterval, TimeProvider.System, stopping);
        }
    }
}
