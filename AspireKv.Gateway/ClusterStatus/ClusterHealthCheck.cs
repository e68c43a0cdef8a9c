using AspireKv.Access.Knowledge;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.Gateway.ClusterStatus;

/// <summary>Healthy when every partition has a majority of replicas that answer: every key can be read and written.</summary>
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
        return Task.FromResult(without == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"{without} of {count} partitions have no live quorum"));
    }
}
