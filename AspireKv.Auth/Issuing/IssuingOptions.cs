using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Issuing;

/// <summary>How access tokens are issued.</summary>
internal sealed class IssuingOptions
{
    public const string SectionName = "Auth";

    /// <summary>The longest that a token lives outside Development, and the default there.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan DevelopmentLifetime = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a token is valid; by default 15 minutes, in Development 1 hour. Longer means fewer logins and a stolen token that is
    /// of use for longer; outside Development more than 15 minutes is refused.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:30", "1.00:00:00")]
    public TimeSpan? AccessTokenLifetime { get; set; }

    /// <summary>How long a token is valid in this environment.</summary>
    public TimeSpan LifetimeIn(IHostEnvironment environment) =>
        AccessTokenLifetime ?? (environment.IsDevelopment() ? DevelopmentLifetime : LongestLifetime);

    /// <summary>Whether the environment permits the lifetime.</summary>
    public bool IsAllowedIn(IHostEnvironment environment) => environment.IsDevelopment() || LifetimeIn(environment) <= LongestLifetime;
}

[OptionsValidator]
internal sealed partial class IssuingOptionsValidator : IValidateOptions<IssuingOptions>;
