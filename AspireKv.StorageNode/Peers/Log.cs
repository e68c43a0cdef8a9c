namespace AspireKv.StorageNode.Peers;

internal static partial class Log
{
    [LoggerMessage(3200, LogLevel.Information, "Connected to node {Node}")]
    public static partial void PeerConnected(ILogger logger, int node);

    [LoggerMessage(3201, LogLevel.Warning, "The connection to node {Node} is gone; others take over what it coordinated until it is back")]
    public static partial void PeerDisconnected(ILogger logger, int node);
}
