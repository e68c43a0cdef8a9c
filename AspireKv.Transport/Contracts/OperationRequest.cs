using System.Diagnostics;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;

namespace AspireKv.Transport.Contracts;

/// <summary>An operation on its way to a node.</summary>
public sealed record OperationRequest
{
    public required ClientOperation Operation { get; init; }

    /// <summary>How often the operation was handed on already, from 0 to 255.</summary>
    public int HopCount { get; init; }

    /// <summary>
    /// The node that the receiver is to hand the operation to, over its own connection and once, since the sender does not reach it; none
    /// where the operation is for the receiver itself. Between nodes alone.
    /// </summary>
    public NodeId RelayTo { get; init; }

    /// <summary>True where the key lies in the system partition, which no client reaches. Between nodes alone.</summary>
    public bool IsOfSystem { get; init; }

    /// <summary>The client's access token as it came, at most 4,096 bytes; empty between nodes.</summary>
    public ReadOnlyMemory<byte> AccessToken { get; init; }

    /// <summary>
    /// What remains of the client's time, from 0 to one hour, sent in whole milliseconds (rounded up). The sender gives up when it has
    /// passed, and the receiver should not work longer.
    /// </summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>
    /// The W3C trace context of the sender's span, or default when the operation is not traced. The trace state is not sent.
    /// </summary>
    public ActivityContext Trace { get; init; }
}
