using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Accounts;

/// <summary>What a login with a password may cost, and how many tries anybody has.</summary>
internal sealed class LoginOptions
{
    public const string SectionName = "Auth";

    /// <summary>Rounds of PBKDF2-SHA512. More slow down whoever stole the accounts, and every login by as much.</summary>
    [Range(210_000, 10_000_000)]
    public int PasswordHashRounds { get; set; } = 210_000;

    /// <summary>
    /// Passwords hashed at a time, each on a core of its own for about 0.1 s. More serve logins faster and everything else slower.
    /// </summary>
    [Range(1, 64)]
    public int ConcurrentHashes { get; set; } = 1;

    /// <summary>
    /// Logins that may wait for their hash, half of them from one address; one more is answered 429, as is one that waited for 3 s. More
    /// ride out a burst and wait longer.
    /// </summary>
    [Range(1, 1_000)]
    public int QueuedHashes { get; set; } = 16;

    /// <summary>
    /// Failed logins for one account from one address before the next has to wait; ten times as many where somebody logged in before, from
    /// one address over all accounts, and for one account over all addresses. More let people err, and guessers too.
    /// </summary>
    [Range(1, 1_000)]
    public int LoginTries { get; set; } = 10;

    /// <summary>
    /// In this time as many failures are forgiven as <see cref="LoginTries"/>, one by one. Longer slows guessing down and keeps the
    /// forgetful waiting.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LoginWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Accounts and addresses whose failures, and addresses whose successes, are remembered (about 1 KiB each); the oldest is forgotten for
    /// a new one. More stand a larger flood and cost memory.
    /// </summary>
    [Range(16, 10_000_000)]
    public int TrackedLoginSources { get; set; } = 50_000;
}

[OptionsValidator]
internal sealed partial class LoginOptionsValidator : IValidateOptions<LoginOptions>;
