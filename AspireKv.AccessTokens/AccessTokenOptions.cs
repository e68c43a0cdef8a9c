using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.AccessTokens;

/// <summary>What makes an access token ours, and how its keys are fetched.</summary>
public sealed class AccessTokenOptions : IValidatableObject
{
    public const string SectionName = "AccessTokens";

    /// <summary>The <c>iss</c> of every token. Auth and all validators must agree; a change refuses every token issued before.</summary>
    [Required, StringLength(256, MinimumLength = 1)]
    public string Issuer { get; set; } = "aspirekv-auth";

    /// <summary>The <c>aud</c> of every token. Clusters that share an auth service are told apart by it.</summary>
    [Required, StringLength(256, MinimumLength = 1)]
    public string Audience { get; set; } = "aspirekv";

    /// <summary>Where the public keys are (RFC 7517), http or https; the host may be a name that service discovery resolves.</summary>
    [Required]
    public string JwksUri { get; set; } = "http://auth/.well-known/jwks.json";

    /// <summary>How far the clocks of auth and validator may differ. More lets an expired token live on by as much.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A token that expires later than this from now is refused, whoever signed it. Less limits what a leaked key can issue.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Longest token looked at, in bytes; nodes are sent no longer ones. More costs memory per cached token and work per hostile request.
    /// </summary>
    [Range(512, 4096)]
    public int MaxTokenLengthBytes { get; set; } = 4096;

    /// <summary>
    /// Validated tokens remembered. Fewer save memory (about 1 KiB each); users beyond it pay a signature check per request.
    /// </summary>
    [Range(1, 1_000_000)]
    public int CacheCapacity { get; set; } = 10_000;

    /// <summary>How often the keys are fetched anew. Shorter notices a withdrawn key sooner and asks auth more often.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Least time between two fetches that unknown key ids caused and that brought nothing new, and after a failed refresh. Shorter lets
    /// hostile tokens load auth.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:30", "01:00:00")]
    public TimeSpan UnknownKeyInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A fetch is given up after this time; requests with an unknown key id wait for it at most as long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:10")]
    public TimeSpan FetchTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The address of the keys is the one thing that an attribute cannot judge.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(JwksUri, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.UserInfo.Length > 0)
        {
            yield return new ValidationResult("AccessTokens:JwksUri must be an absolute http or https address without credentials.");
        }
    }
}

[OptionsValidator]
internal sealed partial class AccessTokenOptionsValidator : IValidateOptions<AccessTokenOptions>;
