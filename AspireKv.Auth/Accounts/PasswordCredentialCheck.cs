using System.Net;
using Microsoft.Data.Sqlite;

namespace AspireKv.Auth.Accounts;

/// <summary>
/// Checks passwords against the accounts. Whether an account exists shows neither in the answer nor in the time it takes: the same work is
/// done either way. Nothing but a wrong answer costs a try: not a right one, and not one that was refused for want of a place to hash it.
/// </summary>
internal sealed class PasswordCredentialCheck(
    AccountStore accounts, PasswordChecker checker, LoginLimiter limiter, HashingQueue queue, ILogger<PasswordCredentialCheck> logger)
    : ICredentialCheck
{
    private static readonly TimeSpan BusyRetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UnavailableRetryAfter = TimeSpan.FromSeconds(2);

    public bool NeedsPassword => true;

    public string Refusal => "unknown e-mail or wrong password";

    public async ValueTask<CredentialVerdict> CheckAsync(
        EmailAddress email, string password, IPAddress address, CancellationToken cancellationToken)
    {
        if (limiter.FindDelay(email, address) is var delay && delay > TimeSpan.Zero)
        {
            return new CredentialVerdict(LoginOutcome.Throttled, delay);
        }

        var isWelcome = limiter.IsWelcome(email, address);
        if (!queue.TryEnter(address, isWelcome))
        {
            return new CredentialVerdict(LoginOutcome.Busy, BusyRetryAfter);
        }

        try
        {
            return await queue.RunAsync(() => Judge(email, password, address), isWelcome, cancellationToken)
                ?? new CredentialVerdict(LoginOutcome.Busy, BusyRetryAfter);
        }
        catch (SqliteException exception) when (AccountStore.IsTransient(exception))
        {
            Log.AccountsUnavailable(logger, exception.Message);
            return new CredentialVerdict(LoginOutcome.Unavailable, UnavailableRetryAfter);
        }
        finally
        {
            queue.Leave(address);
        }
    }

    private CredentialVerdict Judge(EmailAddress email, string password, IPAddress address)
    {
        // Tries that waited beside this one may have failed meanwhile.
        if (limiter.FindDelay(email, address) is var delay && delay > TimeSpan.Zero)
        {
            return new CredentialVerdict(LoginOutcome.Throttled, delay);
        }

        if (Verify(email, password))
        {
            limiter.Succeeded(email, address);
            return new CredentialVerdict(LoginOutcome.Success);
        }

        limiter.Failed(email, address);
        return new CredentialVerdict(LoginOutcome.Refused);
    }

    private bool Verify(EmailAddress email, string password)
    {
        // A password too long for any account costs no more than another one, and no less.
        var legal = PasswordRules.HasLegalLength(password);
        var stored = accounts.FindHash(email);
        if (!(checker.Verify(email, legal ? password : "", stored, out var isOutdated) & legal))
        {
            return false;
        }

        if (isOutdated)
        {
            Strengthen(email, stored!, password);
        }

        return true;
    }

    /// <summary>The login is right whether or not the new hash can be stored; the next one tries again.</summary>
    private void Strengthen(EmailAddress email, string stored, string password)
    {
        try
        {
            accounts.ReplaceHash(email, stored, checker.Hash(email, password));
        }
        catch (SqliteException exception)
        {
            Log.HashNotReplaced(logger, email, exception.Message);
        }
    }
}
