using System.Net;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.Logging;

namespace AspireKv.Transport.Server;

/// <summary>What the accepting end says, from 3050 on.</summary>
internal static partial class Log
{
    [LoggerMessage(3050, LogLevel.Information, "{Role} {Node} ({Name}) connected from {EndPoint}.")]
    public static partial void PeerConnected(ILogger logger, PeerRole role, NodeId node, string name, EndPoint? endPoint);

    [LoggerMessage(3051, LogLevel.Information, "{Role} {Node} ({Name}) disconnected.")]
    public static partial void PeerDisconnected(ILogger logger, PeerRole role, NodeId node, string name);

    [LoggerMessage(3052, LogLevel.Warning, "Refused a connection from {EndPoint}: {Reason}. ({Suppressed} like it were not logged.)")]
    public static partial void PeerRefused(ILogger logger, EndPoint? endPoint, string reason, int suppressed);

    [LoggerMessage(3053, LogLevel.Warning, "Closed the connection of {Role} {Node} ({Name}): {Reason}")]
    public static partial void PeerMisbehaved(ILogger logger, PeerRole role, NodeId node, string name, string reason);

    [LoggerMessage(3054, LogLevel.Error, "Handling a message of {Role} {Node} ({Name}) failed; the connection is closed.")]
    public static partial void RequestHandlerFailed(ILogger logger, PeerRole role, NodeId node, string name, Exception exception);

    [LoggerMessage(3055, LogLevel.Error, "This node takes part in nothing any more, until it is started again: {Reason}")]
    public static partial void Withdrawn(ILogger logger, string reason);
}
