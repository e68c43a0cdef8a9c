using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.StorageNode.Api;

/// <summary>
/// Healthy when the node takes part in a founded cluster and reaches a majority of the replicas of every partition it holds.
/// </summary>
internal sealed class QuorumHealthCheck(HostedPartitions hosted) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (hosted.Current is not { } partitions)
        {
            return HealthCheckResult.Unhealthy("Waits for the other members to found the cluster.");
        }

        var without = partitions.All.Count(static partition => !partition.HasLiveQuorum);
        return without == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(
                $"{without} of {partitions.All.Count} partitions have no majority of replicas that this node reaches "
                + "and that have their memory.");
    }
}
