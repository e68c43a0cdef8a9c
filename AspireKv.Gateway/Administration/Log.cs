using AspireKv.Cluster.Membership;

namespace AspireKv.Gateway.Administration;

internal static partial class Log
{
    [LoggerMessage(1301, LogLevel.Information,
        "{Account} ordered '{Order}': {Outcome} {Refusal}; the topology is at version {Version}, generation {Generation}")]
    public static partial void Ordered(
        ILogger logger, string? account, TopologyOrder order, OrderOutcome outcome, string? refusal, long version, long generation);
}
