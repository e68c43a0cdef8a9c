using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.AccessTokens;

/// <summary>Healthy once keys were fetched: from then on requests can be authorized, with the auth service up or down.</summary>
internal sealed class AccessTokenKeysHealthCheck(AccessTokenValidator validator) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(validator.KeysLoaded
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("the auth service's keys were not fetched yet"));
}
