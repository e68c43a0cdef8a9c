using System.Net;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Accounts;

/// <summary>
/// Checks passwords against the accounts. Whether an account exists shows neither in the answer nor in the time it takes: the
/// same hash is computed either way. Tries are counted before any work; hashing runs a few at a time, so that a flood of logins
/// leaves the other cores alone.
/// </summary>
internal sealed class PasswordCredentialCheck(
    AccountStore accounts, PasswordHasher hasher, LoginLimiter limiter, IOptions<LoginOptions> options) : ICredentialCheck, IDisposable
{
    private static readonly TimeSpan BusyRetryAfter = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _hashing = new(options.Value.ConcurrentHashes);
    private readonly int _admitted = options.Value.ConcurrentHashes + options.Value.QueuedHashes;

    /// <summary>Logins that hash or wait to; changed with Interlocked.</summary>
    private int _pending;

    public bool NeedsPassword => true;

    public async ValueTask<CredentialVerdict> CheckAsync(
        EmailAddress email, string password, IPAddress address, CancellationToken cancellationToken)
    {
        if (!limiter.TryAdmit(email, address, out var retryAfter))
        {
            return new CredentialVerdict(LoginOutcome.Throttled, retryAfter);
        }

        try
        {
            if (Interlocked.Increment(ref _pending) > _admitted)
            {
                return new CredentialVerdict(LoginOutcome.Busy, BusyRetryAfter);
            }

            await _hashing.WaitAsync(cancellationToken);
            try
            {
                return new CredentialVerdict(await Task.Run(() => Verify(email, password), CancellationToken.None)
                    ? LoginOutcome.Success
                    : LoginOutcome.Refused);
            }
            finally
            {
                _hashing.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    public void Dispose() => _hashing.Dispose();

    private bool Verify(EmailAddress email, string password)
    {
        // A password too long for any account costs no more than another one, and no less.
        var legal = PasswordRules.HasLegalLength(password);
        var stored = accounts.FindHash(email);
        if (!(hasher.Verify(legal ? password : "", stored) & legal))
        {
            return false;
        }

        if (hasher.IsOutdated(stored!))
        {
            accounts.ReplaceHash(email, stored!, hasher.Hash(password));
        }

        return true;
    }
}
