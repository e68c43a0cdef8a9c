using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.Transport;

/// <summary>The bounds and times of the streams between gateways and nodes, and among nodes.</summary>
public sealed class PeerTransportOptions : IValidatableObject
{
    public const string SectionName = "PeerTransport";

    /// <summary>
    /// Bytes that may wait to be sent on one connection, one message over it excepted. At the bound a client's messages are refused (small
    /// ones an eighth beyond it) and reads that found something are answered as overloaded; a quarter beyond it, which small answers
    /// may use, a server drops the connection. Lower bounds memory, higher rides out longer stalls of the peer and larger bursts of large
    /// values.
    /// </summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int MaxSendBufferBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Operations and questions that may await their answer on one connection; more are refused as overloaded.</summary>
    [Range(1, 1_000_000)]
    public int MaxOutstandingRequests { get; set; } = 16_384;

    /// <summary>
    /// Connections in the handshake that a node holds at a time; one more ends the oldest of the address that has the most. More let in
    /// members over slow links while strangers knock, and cost a file descriptor and memory each.
    /// </summary>
    [Range(1, 65_536)]
    public int MaxPendingHandshakes { get; set; } = 128;

    /// <summary>
    /// Connections of gateways that a node holds at a time, the handshake done; one more is refused. More serve more gateways and cost
    /// memory.
    /// </summary>
    [Range(1, 65_536)]
    public int MaxGatewayConnections { get; set; } = 1024;

    /// <summary>
    /// Connections that a node holds of each other one, the handshake done; one more ends the one that was silent for the longest. A node
    /// needs one; more leave those that broke unnoticed to be dropped in their time, fewer drop them sooner.
    /// </summary>
    [Range(2, 1024)]
    public int MaxConnectionsPerNode { get; set; } = 4;

    /// <summary>
    /// How long a connection may take for its handshake. Longer lets strangers hold connections, shorter refuses slow links.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long one attempt to connect may take, over all addresses of the node and the handshake included. Shorter finds a revived node
    /// sooner, longer suits far links.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The pause before the first further attempt to connect; each later one about doubles it, with jitter. Shorter reconnects sooner and
    /// costs idle work.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause between attempts to connect: how late, at worst, a revived node is noticed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// So many failed attempts within <see cref="BreakerWindow"/> open the circuit breaker. Fewer spare a dead node, more keep trying.
    /// </summary>
    [Range(2, 10_000)]
    public int BreakerFailures { get; set; } = 10;

    /// <summary>
    /// The window in which <see cref="BreakerFailures"/> are counted. Longer opens the breaker on slower series of failures.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:10:00")]
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the breaker lets nobody through once open. Longer spares the network, shorter notices a revived node sooner.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:10:00")]
    public TimeSpan BreakerDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a client pings the node. Shorter notices silence sooner and costs messages.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// What awaits an answer on a connection on which nothing arrived for so long ends unanswered: an operation as unknown, unless it can
    /// be asked elsewhere. Shorter lets clients go on sooner when a node stalls, longer waits for more of what it would still answer. Must
    /// be at least twice the interval.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromMilliseconds(600);

    /// <summary>
    /// A connection on which nothing arrived for so long is given up and opened anew. Must be at least twice the interval.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// A server drops a connection on which nothing arrived for so long. Must be at least twice the clients' heartbeat interval.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ServerIdleTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Runs the client's read loops on the thread that received the bytes. Saves a thread switch for each batch; right only where no
    /// handler blocks. Servers set the same on Kestrel's socket transport.
    /// </summary>
    public bool UnsafePreferInlineScheduling { get; set; }

    /// <summary>
    /// Resumes awaiters of operations on the read loop itself instead of the thread pool. Saves a thread switch for each operation; right
    /// only where what follows the await neither blocks nor takes long, since it holds up every later answer of that node.
    /// </summary>
    public bool UnsafeInlineContinuations { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxReconnectDelay < ReconnectDelay)
        {
            yield return new ValidationResult("PeerTransport:MaxReconnectDelay must not be shorter than PeerTransport:ReconnectDelay.");
        }

        if (AnswerTimeout < 2 * HeartbeatInterval)
        {
            yield return new ValidationResult("PeerTransport:AnswerTimeout must be at least twice PeerTransport:HeartbeatInterval.");
        }

        if (HeartbeatTimeout < 2 * HeartbeatInterval)
        {
            yield return new ValidationResult("PeerTransport:HeartbeatTimeout must be at least twice PeerTransport:HeartbeatInterval.");
        }

        if (ServerIdleTimeout < 2 * HeartbeatInterval)
        {
            yield return new ValidationResult("PeerTransport:ServerIdleTimeout must be at least twice PeerTransport:HeartbeatInterval.");
        }
    }
}

/// <summary>Generated from the bounds on the options and their <see cref="PeerTransportOptions.Validate"/>.</summary>
[OptionsValidator]
internal sealed partial class PeerTransportOptionsValidator : IValidateOptions<PeerTransportOptions>;
