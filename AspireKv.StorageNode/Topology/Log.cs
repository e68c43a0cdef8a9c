using AspireKv.Cluster.Membership;

namespace AspireKv.StorageNode.Topology;

internal static partial class Log
{
    [LoggerMessage(
        3800, LogLevel.Information, "Goes by version {Version} of the topology, of generation {Generation}, with {Members} members")]
    public static partial void Believed(ILogger logger, long version, long generation, int members);

    [LoggerMessage(
        3801, LogLevel.Error, "A newer topology could not be kept, so this node goes by the one before until it can: {Reason}")]
    public static partial void TopologyNotKept(ILogger logger, string reason);

    [LoggerMessage(3802, LogLevel.Information, "{Node} is registered in the topology with this data directory")]
    public static partial void Registered(ILogger logger, string node);

    [LoggerMessage(3803, LogLevel.Warning, "{Node} is not registered in the topology yet: {Refusal}")]
    public static partial void NotRegistered(ILogger logger, string node, string refusal);

    [LoggerMessage(3804, LogLevel.Warning, "The topology could not be brought on now, and is tried again: {Reason}")]
    public static partial void NotDriven(ILogger logger, string reason);

    [LoggerMessage(3805, LogLevel.Error, "The topology could not be brought on, by an error of the program; it is tried again")]
    public static partial void DriveFailed(ILogger logger, Exception exception);

    [LoggerMessage(3806, LogLevel.Information, "An operator's order was carried out: {Order}; version {Version}, generation {Generation}")]
    public static partial void Ordered(ILogger logger, TopologyOrder order, long version, long generation);

    [LoggerMessage(3807, LogLevel.Error, "An operator's order could not be carried out, by an error of the program")]
    public static partial void OrderFailed(ILogger logger, Exception exception);

    [LoggerMessage(3808, LogLevel.Error, "Nothing could be planned, by an error of the program")]
    public static partial void PlanFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        3809, LogLevel.Warning,
        "{Node} was removed from the cluster by version {Version} of the topology, and ends; with an empty directory it may join again")]
    public static partial void Removed(ILogger logger, string node, long version);
}
