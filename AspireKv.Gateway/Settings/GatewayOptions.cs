using System.ComponentModel.DataAnnotations;
using AspireKv.Cluster.Keys;
using AspireKv.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.Settings;

/// <summary>The limits and times of the gateway.</summary>
internal sealed class GatewayOptions : IValidatableObject
{
    public const string SectionName = "Gateway";

    /// <summary>Bytes of the longest key. Lower refuses more clients; it cannot exceed what nodes take.</summary>
    [Range(1, StoreKey.MaxKeyBytes)]
    public int MaxKeyBytes { get; set; } = StoreKey.MaxKeyBytes;

    /// <summary>
    /// Bytes of all bodies under way at a time; one more is answered 503, before it is read where it announces its length. A quarter is for
    /// bodies of at most 64 KiB only. One address has at most a quarter of that quarter and of the rest (in IPv6 one /64; half from a /56
    /// or a /48), but for a body that is alone. Raising it takes more large values at once and costs as much memory.
    /// </summary>
    [Range(1024 * 1024, 1_099_511_627_776)]
    public long BodyBudgetBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// Requests a second from one address (in IPv6 one /64); more are answered 429. Zero is no limit. Lower keeps one host from taking the
    /// gateway's time; behind a proxy that is not trusted it is everybody's.
    /// </summary>
    [Range(0, 1_000_000)]
    public int RequestsPerSecondPerAddress { get; set; }

    /// <summary>
    /// Requests a second of one account, with all its tokens; more are answered 429. Zero is no limit. Lower leaves more for other
    /// accounts.
    /// </summary>
    [Range(0, 1_000_000)]
    public int RequestsPerSecondPerAccount { get; set; }

    /// <summary>
    /// Client connections held at a time; more are closed at once. Raising it costs memory and file descriptors, of which a part is left to
    /// the gateway itself whatever stands here.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// Client connections held at a time from one address (in IPv6 one /64; twice as many from a /56, four times as many from a /48); those
    /// of <see cref="TrustedProxies"/> are not counted. Lower keeps one host from taking all, higher suits many clients behind one address.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; } = 2_500;

    /// <summary>
    /// How long a client's connection may be idle between requests. Shorter frees it sooner; it should be longer than that of a proxy in
    /// front, or the proxy sends into a connection that is being closed.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>
    /// How long a client may take for the headers of a request. Longer suits slow links, shorter frees connections of slow attackers.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Bytes per second that a client must send of a body, and take of an answer, once 5 seconds have passed. Higher frees connections of
    /// slow attackers, lower suits slow links.
    /// </summary>
    [Range(1, 1024 * 1024)]
    public int MinBytesPerSecond { get; set; } = 4 * 1024;

    /// <summary>
    /// How long a client may take to receive one value, once 5 seconds have passed; a small one has longer where
    /// <see cref="MinBytesPerSecond"/> gives it longer, and the times of values that follow one another on a connection, untaken, add up.
    /// Shorter frees the memory of values that nobody takes, longer suits slow links.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Addresses or networks (CIDR) of proxies in front of the gateway, whose X-Forwarded-For is believed when login tries are counted by
    /// address; by default none. Behind a proxy that is not named here everybody has the proxy's address, and shares its tries.
    /// </summary>
    public IList<string> TrustedProxies { get; set; } = [];

    /// <summary>
    /// Origins of pages whose scripts may call this gateway (CORS), such as <c>https://app.example.com</c>, or <c>*</c> for every page; by
    /// default none. A script needs an access token like everybody.
    /// </summary>
    public IList<string> AllowedOrigins { get; set; } = [];

    /// <summary>
    /// Runs requests on the thread that received their bytes, which saves a thread switch for each. Right as long as nothing on the way
    /// blocks, which holds for the gateway; turn it off to compare.
    /// </summary>
    public bool UnsafePreferInlineScheduling { get; set; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TrustedNetworks.FindFault(TrustedProxies) is not null)
        {
            yield return new ValidationResult("Gateway:TrustedProxies must be IP addresses or networks like 10.0.0.0/8.");
        }

        if (AllowedOrigins.FirstOrDefault(static origin => !Origins.IsOrigin(origin)) is { } wrong)
        {
            yield return new ValidationResult(
                $"Gateway:AllowedOrigins has '{wrong}', which is neither '*' nor an origin like https://app.example.com.");
        }
    }
}

[OptionsValidator]
internal sealed partial class GatewayOptionsValidator : IValidateOptions<GatewayOptions>;

internal static class GatewayOptionsExtensions
{
    public static void AddGatewayOptions(this IServiceCollection services) =>
        services.AddOptionsWithValidateOnStart<GatewayOptions, GatewayOptionsValidator>().BindConfiguration(GatewayOptions.SectionName);
}
