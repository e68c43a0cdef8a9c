using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Accounts;

/// <summary>
/// Checks passwords with Identity's hasher, slow on purpose: about 0.1 s for 210,000 rounds of PBKDF2-SHA512. Every check takes the rounds
/// of the most expensive hash there is, so that neither an account that does not exist nor one whose hash is old can be told by the time.
/// Thread-safe.
/// </summary>
internal sealed class PasswordChecker(IPasswordHasher<EmailAddress> hasher, IOptions<LoginOptions> options)
{
    /// <summary>Rounds that every check takes; never falls. Changed with Interlocked.</summary>
    private int _rounds = options.Value.PasswordHashRounds;

    public string Hash(EmailAddress email, string password) => hasher.HashPassword(email, password);

    /// <summary>Makes every check take at least as long as one of this hash.</summary>
    public void Expect(string stored)
    {
        var rounds = PasswordFormat.RoundsOf(PasswordFormat.Read(stored));
        for (var seen = Volatile.Read(ref _rounds); rounds > seen; seen = Volatile.Read(ref _rounds))
        {
            Interlocked.CompareExchange(ref _rounds, rounds, seen);
        }
    }

    /// <param name="email">The account.</param>
    /// <param name="password">What somebody says is its password.</param>
    /// <param name="stored">The hash of the account; null when there is no such account, which fails after the same work.</param>
    /// <param name="isOutdated">Whether the password is right and a new hash would be stronger.</param>
    /// <exception cref="InvalidDataException">What is stored is no hash.</exception>
    public bool Verify(EmailAddress email, string password, string? stored, out bool isOutdated)
    {
        isOutdated = false;
        if (stored is null)
        {
            Burn(email, password, Volatile.Read(ref _rounds));
            return false;
        }

        Expect(stored);
        var hash = PasswordFormat.Read(stored);
        var result = hasher.VerifyHashedPassword(email, hash, password);
        Burn(email, password, Volatile.Read(ref _rounds) - PasswordFormat.RoundsOf(hash));
        isOutdated = result == PasswordVerificationResult.SuccessRehashNeeded;
        return result != PasswordVerificationResult.Failed;
    }

    private void Burn(EmailAddress email, string password, int rounds)
    {
        if (rounds > 0)
        {
            hasher.VerifyHashedPassword(email, PasswordFormat.MakeUp(rounds), password);
        }
    }
}
