using AspireKv.Storage;
using AspireKv.Storage.Failures;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.StorageNode.Api;

/// <summary>Unhealthy once the write-ahead log failed: the node then keeps nothing more and takes part in no quorum.</summary>
internal sealed class StorageHealthCheck(StorageEngine engine) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(engine.Failure switch
        {
            null when engine.IsFull => HealthCheckResult.Degraded(
                "The disk is full: puts are refused until there is room; reads and deletes go on."),
            null => HealthCheckResult.Healthy(),
            StorageDamagedException when engine.MayBeginAnew => HealthCheckResult.Unhealthy(
                "Damage was found in the node's files; it sets them aside and is rebuilt from the others."),
            StorageDamagedException => HealthCheckResult.Unhealthy(
                "Damage was found in the node's files; it takes part in no quorum. Look at the disk, delete what was set aside before, "
                + "and restart the node: it is rebuilt then."),
            _ => HealthCheckResult.Unhealthy("The storage failed; the node takes part in no quorum until it is restarted on a sound disk."),
        });
}
