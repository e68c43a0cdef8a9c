using AspireKv.Access.Nodes;
using AspireKv.Gateway.KeyValue;
using AspireKv.Gateway.Routes;
using AspireKv.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace AspireKv.Gateway.Proxy;

/// <summary>The proxy's routes and clusters, made from the nodes there are.</summary>
internal static class ProxyConfig
{
    public const string StorageCluster = "storage";
    public const string AuthCluster = "auth";

    /// <summary>The auth service as service discovery knows it.</summary>
    public const string AuthAddress = "http://auth";

    /// <summary>No login lasts longer, whatever happens behind the gateway; operations have their own time.</summary>
    private static readonly ForwarderRequestConfig Logins = new() { ActivityTimeout = TimeSpan.FromSeconds(4.5) };

    public static IReadOnlyList<RouteConfig> Routes { get; } =
    [
        Route(DataRoutes.Key, StorageCluster, ApiRoutes.Key, "GET", "HEAD", "PUT", "DELETE"),
        Route(DataRoutes.SetValue, StorageCluster, ApiRoutes.SetValue, "POST"),
        Route(DataRoutes.GetValue, StorageCluster, ApiRoutes.GetValue, "POST"),
        Route(DataRoutes.DeleteValue, StorageCluster, ApiRoutes.DeleteValue, "POST"),
        // The one route of the proxy that is open: whoever logs in has no token yet.
        Route("login", AuthCluster, ApiRoutes.Login, "POST") with { AuthorizationPolicy = "anonymous" },
    ];

    public static IReadOnlyList<ClusterConfig> Clusters(IEnumerable<INodeLink> nodes) =>
    [
        new ClusterConfig
        {
            ClusterId = StorageCluster,
            LoadBalancingPolicy = ConsistentHashPolicy.PolicyName,
            // Whether a node is alive is known from its stream; see NodeHealthPublisher.
            HealthCheck = new HealthCheckConfig
            {
                Passive = new PassiveHealthCheckConfig { Enabled = true },
                AvailableDestinationsPolicy = "HealthyOrPanic",
            },
            // The proxy wants an address, and nobody dials it: the stream to a node finds its own.
            Destinations = nodes.ToDictionary(
                node => node.Name, node => new DestinationConfig { Address = PeerAddress.ServiceName(node.Name) }),
        },
        new ClusterConfig
        {
            ClusterId = AuthCluster,
            HttpRequest = Logins,
            Destinations = new Dictionary<string, DestinationConfig> { [AuthCluster] = new() { Address = AuthAddress } },
        },
    ];

    private static RouteConfig Route(string id, string cluster, string path, params string[] methods) => new()
    {
        RouteId = id,
        ClusterId = cluster,
        Match = new RouteMatch { Path = path, Methods = methods },
    };
}
