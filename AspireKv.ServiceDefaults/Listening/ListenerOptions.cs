using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>What the HTTP port of a node or of the auth service bears; the gateway's has the like under <c>Gateway</c>.</summary>
internal sealed class ListenerOptions
{
    public const string SectionName = "Listener";

    /// <summary>
    /// HTTP connections held at a time; more are closed at once. Raising it costs file descriptors, of which a part is left to the service
    /// itself whatever stands here.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 1_000;

    /// <summary>
    /// HTTP connections held at a time from one address (in IPv6 one /64; twice as many from a /56, four times as many from a /48). Lower
    /// keeps one host from taking all, higher suits many callers behind one address.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; } = 250;

    /// <summary>
    /// How long an HTTP connection may be idle between requests. Shorter frees it sooner, longer spares callers a new one.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a caller may take for the headers of a request. Longer suits slow links, shorter frees connections.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Bytes per second that a caller must send of a body, and take of an answer, once 5 seconds have passed. Higher frees connections of
    /// slow callers, lower suits slow links.
    /// </summary>
    [Range(1, 1024 * 1024)]
    public int MinBytesPerSecond { get; set; } = 4 * 1024;
}

[OptionsValidator]
internal sealed partial class ListenerOptionsValidator : IValidateOptions<ListenerOptions>;
