using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.Auth.Accounts;

/// <summary>Whether logins can be checked: degraded while another program holds the accounts, unhealthy when they are damaged.</summary>
internal sealed class AccountsHealthCheck(AccountStore accounts) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return Task.FromResult(
                accounts.IsEmpty() ? HealthCheckResult.Degraded("There is no account.") : HealthCheckResult.Healthy());
        }
        catch (SqliteException exception)
        {
            return Task.FromResult(AccountStore.IsTransient(exception)
                ? HealthCheckResult.Degraded("The accounts cannot be read at the moment.")
                : HealthCheckResult.Unhealthy("The accounts cannot be read."));
        }
    }
}
