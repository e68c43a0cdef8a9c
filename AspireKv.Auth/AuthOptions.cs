using System.ComponentModel.DataAnnotations;

namespace AspireKv.Auth;

/// <summary>How tokens are issued and who may have one.</summary>
internal sealed class AuthOptions
{
    public const string SectionName = "Auth";

    /// <summary>The longest that a token lives outside Development, and the default there.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromMinutes(15);

    /// <summary>The gateways that are trusted when none is named.</summary>
    public static readonly string[] ThisMachine = ["127.0.0.0/8", "::1"];

    private static readonly TimeSpan DevelopmentLifetime = TimeSpan.FromHours(1);

    /// <summary>Where the signing key and the accounts are. Losing it ends every session and every account but the first.</summary>
    [Required(ErrorMessage = "set Auth:DataDirectory to a directory of the auth service's own")]
    public string DataDirectory { get; set; } = "";

    /// <summary>
    /// How long a token is valid; by default 15 minutes, in Development 1 hour. Longer means fewer logins and a stolen token that is
    /// of use for longer; outside Development more than 15 minutes is refused.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:30", "1.00:00:00")]
    public TimeSpan? AccessTokenLifetime { get; set; }

    /// <summary>The first account; needed outside Development until an account exists.</summary>
    public AdministratorOptions Administrator { get; set; } = new();

    /// <summary>Rounds of PBKDF2-SHA512. More slow down whoever stole the accounts, and every login by as much.</summary>
    [Range(210_000, 10_000_000)]
    public int PasswordHashRounds { get; set; } = 210_000;

    /// <summary>Passwords hashed at a time, each on a core of its own for about 0.1 s. More serve logins faster and everything else slower.</summary>
    [Range(1, 64)]
    public int ConcurrentHashes { get; set; } = 1;

    /// <summary>Logins that may wait for their hash; one more is answered 429. More ride out a burst and wait longer.</summary>
    [Range(1, 1_000)]
    public int QueuedHashes { get; set; } = 16;

    /// <summary>Login tries for an account, and from an address, in a window, right or wrong. More let people err, and guessers too.</summary>
    [Range(1, 1_000)]
    public int LoginTries { get; set; } = 10;

    /// <summary>The window of <see cref="LoginTries"/>. Longer slows guessing down and keeps the forgetful waiting.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LoginWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Accounts and addresses whose tries are counted at a time (about 250 bytes each). When all are in use, new ones must wait.</summary>
    [Range(16, 10_000_000)]
    public int TrackedLoginSources { get; set; } = 50_000;

    /// <summary>
    /// Addresses or networks (CIDR) of gateways whose X-Forwarded-For is believed when tries are counted by address; by default this
    /// machine's. Anyone in them can evade the limit by address, but not the one by account.
    /// </summary>
    public IList<string> TrustedGateways { get; set; } = [];

    /// <summary>How long a token is valid in this environment.</summary>
    public TimeSpan LifetimeIn(IHostEnvironment environment) => AccessTokenLifetime ?? (environment.IsDevelopment() ? DevelopmentLifetime : LongestLifetime);
}
