using System.ComponentModel.DataAnnotations;
using AspireKv.Cluster.Keys;
using AspireKv.ServiceDefaults;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.Transport;
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
    /// Bytes of the longest value; at most <c>PeerTransport:MaxValueBytes</c>, which is the same on every node. Raising it costs memory for
    /// each request that is under way.
    /// </summary>
    [Range(1, 16 * 1024 * 1024)]
    public int MaxValueBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Client connections held at a time; more are closed at once. Raising it costs memory, at worst the longest body for each: six times
    /// the longest key and value on the JSON routes.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

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
    /// Addresses or networks (CIDR) of proxies in front of the gateway, whose X-Forwarded-For is believed when login tries are counted by
    /// address; by default none. Behind a proxy that is not named here everybody has the proxy's address, and shares its tries.
    /// </summary>
    public IList<string> TrustedProxies { get; set; } = [];

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
    }
}

[OptionsValidator]
internal sealed partial class GatewayOptionsValidator : IValidateOptions<GatewayOptions>;

internal static class GatewayOptionsExtensions
{
    public static void AddGatewayOptions(this IServiceCollection services)
    {
        services.AddValidatedOptions<GatewayOptions, GatewayOptionsValidator>(GatewayOptions.SectionName)
            .Validate<IOptions<PeerTransportOptions>>(
                static (gateway, transport) => gateway.MaxValueBytes <= transport.Value.MaxValueBytes,
                "Gateway:MaxValueBytes must not exceed PeerTransport:MaxValueBytes, which nodes and gateways share.");
    }
}
