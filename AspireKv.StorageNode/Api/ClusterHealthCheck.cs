using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Founding;
using AspireKv.StorageNode.Liveness;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.StorageNode.Api;

/// <summary>Healthy when the node takes part in a founded cluster and reaches a majority of the replicas of every partition it holds.</summary>
internal sealed class ClusterHealthCheck(Membership membership, LivenessTracker liveness) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (membership.Partitions is not { } partitions)
        {
            return HealthCheckResult.Unhealthy("Waits for the other members to found the cluster.");
        }

        var without = partitions.All.Count(partition => !HasQuorum(partition.GetStatus().Config!));
        return without == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"{without} of {partitions.All.Count} partitions have no majority of replicas that this node reaches.");
    }

    private bool HasQuorum(PartitionConfig config) =>
        !config.Contains(membership.Self.Id)
        || config.Replicas.Count(node => node == membership.Self.Id || liveness.IsAlive(node)) > config.Replicas.Count / 2;
}
