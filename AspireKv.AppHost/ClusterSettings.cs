using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost;

/// <summary>
/// What the command line decides: <c>--nodes</c>, <c>--spares</c>, <c>--replication-factor</c>, <c>--data-root</c>, <c>--gateway-port</c>,
/// <c>--first-node-port</c>, <c>--first-peer-port</c>. The same names work as configuration.
/// </summary>
internal sealed record ClusterSettings(
    int Nodes, int Spares, int ReplicationFactor, string DataRoot, int GatewayPort, int FirstNodePort, int FirstPeerPort)
{
    public const int MaxNodes = 20;
    public const int MaxSpares = 20;

    /// <summary>The highest number of a node: the spare ones follow those that start by themselves.</summary>
    public const int MaxNumber = MaxNodes + MaxSpares;

    /// <summary>What the nodes take for <c>Cluster:ReplicationFactor</c>.</summary>
    public const int MaxReplicationFactor = 7;

    public static readonly string[] OptionNames =
        ["nodes", "spares", "replication-factor", "data-root", "gateway-port", "first-node-port", "first-peer-port"];

    private const int MaxPort = 65_535;

    /// <summary>So that every node has a port, whatever its number.</summary>
    private const int MaxFirstPort = MaxPort - MaxNumber + 1;

    /// <summary>The default data root, in the AppHost's directory; git ignores it.</summary>
    private const string DefaultDataRoot = ".aspirekv";

    /// <summary>On how many of so many nodes each partition lives unless something else is asked for.</summary>
    public static int DefaultReplicationFactor(int nodes) => Math.Min(3, nodes);

    public int HttpPortOf(int nodeId) => FirstNodePort + nodeId - 1;

    public int PeerPortOf(int nodeId) => FirstPeerPort + nodeId - 1;

    /// <summary>Every port that the services open by number, with the option that moves it.</summary>
    /// <param name="nodes">The storage nodes, those included that may be started later.</param>
    public IEnumerable<PortUse> Ports(IReadOnlyList<PlannedNode> nodes) =>
    [
        new(GatewayPort, "the gateway", "--gateway-port"),
        .. nodes.Select(node => new PortUse(HttpPortOf(node.Id), node.Name, "--first-node-port")),
        .. nodes.Select(node => new PortUse(PeerPortOf(node.Id), $"the peers of {node.Name}", "--first-peer-port")),
    ];

    /// <summary>Where the data root holds a cluster, what is not given stays as it is there.</summary>
    public static bool TryRead(
        IConfiguration configuration,
        string appHostDirectory,
        [NotNullWhen(true)] out ClusterSettings? settings,
        [NotNullWhen(false)] out string? problem)
    {
        settings = null;
        var dataRoot = configuration["data-root"] ?? Path.Combine(appHostDirectory, DefaultDataRoot);
        if (string.IsNullOrWhiteSpace(dataRoot))
        {
            problem = "--data-root is empty: give a directory.";
            return false;
        }

        dataRoot = Path.GetFullPath(dataRoot);
        var noted = NodeDirectories.List(dataRoot).Count > 0 ? FoundedCluster.Read(dataRoot) : null;
        if (!TryNumber(configuration, "nodes", noted?.Wanted ?? 5, 1, MaxNodes, out var nodes, out problem)
            || !TryNumber(configuration, "spares", 2, 0, MaxSpares, out var spares, out problem)
            || !TryNumber(
                configuration, "replication-factor", noted?.ReplicationFactor ?? DefaultReplicationFactor(nodes), 1,
                Math.Min(MaxReplicationFactor, noted is null ? nodes : MaxNodes), out var replicationFactor, out problem)
            || !TryNumber(configuration, "gateway-port", 3000, 1, MaxPort, out var gatewayPort, out problem)
            || !TryNumber(configuration, "first-node-port", 7001, 1, MaxFirstPort, out var firstNodePort, out problem)
            || !TryNumber(configuration, "first-peer-port", 7101, 1, MaxFirstPort, out var firstPeerPort, out problem))
        {
            return false;
        }

        settings = new ClusterSettings(nodes, spares, replicationFactor, dataRoot, gatewayPort, firstNodePort, firstPeerPort);
        return true;
    }

    private static bool TryNumber(
        IConfiguration configuration, string name, int fallback, int min, int max, out int value, [NotNullWhen(false)] out string? problem)
    {
        value = fallback;
        problem = null;
        if (configuration[name] is not { } text
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max))
        {
            return true;
        }

        problem = $"--{name} {text}: give a whole number from {min} to {max}.";
        return false;
    }
}
