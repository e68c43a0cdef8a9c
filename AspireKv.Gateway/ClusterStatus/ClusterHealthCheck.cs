using AspireKv.Access.Knowledge;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.Gateway.ClusterStatus;

/// <summary>
/// Healthy when every partition has a majority of replicas that answer: every key can be read and written. Degraded while this is so of
/// some: whoever sends work by health must go on sending it, or keys that are served would be refused with the others.
/// </summary>
internal sealed class ClusterHealthCheck(ClusterKnowledge knowledge) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var count = knowledge.View.Partitions.Length;
        if (count == 0)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("no node has told of the cluster yet"));
        }

        var without = knowledge.CountWithoutQuorum();
        var reason = $"{without} of {count} partitions have no live quorum";
        return Task.FromResult(
            without == 0 ? HealthCheckResult.Healthy()
            : without < count ? HealthCheckResult.Degraded(reason)
            : HealthCheckResult.Unhealthy(reason));
    }
}
