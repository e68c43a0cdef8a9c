using System.Net;
using AspireKv.Cluster.Topology;
using Microsoft.Extensions.Logging;

namespace AspireKv.Transport.Client;

/// <summary>What the dialling end says, from 3000 to 3049.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Connected to node {Node} ({Name}) at {EndPoint}.")]
    public static partial void Connected(ILogger logger, NodeId node, string name, EndPoint endPoint);

    [LoggerMessage(
        3001, LogLevel.Warning, "Lost the connection to node {Node} ({Name}); {Unanswered} requests were without an answer: {Cause}")]
    public static partial void Disconnected(ILogger logger, NodeId node, string name, int unanswered, string cause);

    [LoggerMessage(
        3002,
        LogLevel.Warning,
        "Cannot reach node {Node} ({Name}): {Cause}. Trying on; this is said at most every 10 s, and the other attempts at Debug.")]
    public static partial void Unreachable(ILogger logger, NodeId node, string name, string cause);

    [LoggerMessage(3003, LogLevel.Debug, "An attempt to reach node {Node} ({Name}) failed: {Cause}")]
    public static partial void AttemptFailed(ILogger logger, NodeId node, string name, string cause);

    [LoggerMessage(3004, LogLevel.Warning, "No stream to node {Node} ({Name}): {Reason}. ({Suppressed} like it were not logged.)")]
    public static partial void RefusedByNode(ILogger logger, NodeId node, string name, string reason, int suppressed);

    [LoggerMessage(3005, LogLevel.Debug, "The circuit breaker around connecting to node {Node} ({Name}) is now {State}.")]
    public static partial void BreakerChanged(ILogger logger, NodeId node, string name, string state);

    [LoggerMessage(
        3006, LogLevel.Error, "The handler of answers from node {Node} ({Name}) failed; the connection is closed and opened again.")]
    public static partial void ResponseHandlerFailed(ILogger logger, NodeId node, string name, Exception exception);

    [LoggerMessage(3007, LogLevel.Warning, "Node {Node} ({Name}) sent nothing for {Silence}; the connection is given up.")]
    public static partial void NodeSilent(ILogger logger, NodeId node, string name, TimeSpan silence);

    [LoggerMessage(3008, LogLevel.Error, "The stream to node {Node} ({Name}) failed in this process; it is opened again.")]
    public static partial void ChannelFailed(ILogger logger, NodeId node, string name, Exception exception);

    [LoggerMessage(3009, LogLevel.Information, "Closed the connection to node {Node} ({Name}), which is about to stop.")]
    public static partial void LetGo(ILogger logger, NodeId node, string name);
}
