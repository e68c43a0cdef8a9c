using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.AppHost.Storage;

/// <summary>The health of the storage cluster as a whole: degraded while some members are not healthy.</summary>
internal sealed class MembersHealthCheck(StorageClusterResource cluster, ResourceNotificationService notifications) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var expected = cluster.Members.Where(static member => member.IsExpected).ToList();
        var missing = expected.Where(member => !IsHealthy(member)).Select(static member => member.Name).ToList();
        return Task.FromResult(missing.Count switch
        {
            0 => HealthCheckResult.Healthy(),
            var count when count == expected.Count => HealthCheckResult.Unhealthy("No node is healthy."),
            _ => HealthCheckResult.Degraded($"Not healthy: {string.Join(", ", missing)}."),
        });
    }

    private bool IsHealthy(ClusterMember member) =>
        notifications.TryGetCurrentState(member.Name, out var current) && current.Snapshot.HealthStatus is HealthStatus.Healthy;
}
