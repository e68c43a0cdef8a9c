using AspireKv.Gateway.Api;
using AspireKv.Access.Nodes;
using AspireKv.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace AspireKv.Gateway.Routing;

/// <summary>The proxy's routes and clusters, made from the nodes there are.</summary>
internal static class ProxyConfig
{
    public const string StorageCluster = "storage";
    public const string AuthCluster = "auth";
    public const string KeyRoute = "kv";
    public const string SetValueRoute = "set-value";
    public const string GetValueRoute = "get-value";
    public const string DeleteValueRoute = "delete-value";
    public const string LoginRoute = "login";

    /// <summary>The auth service as service discovery knows it.</summary>
    public const string AuthAddress = "http://auth";

    private const long MaxLoginBytes = 16 * 1024;

    /// <summary>No request lasts longer, whatever happens behind the gateway.</summary>
    private static readonly ForwarderRequestConfig Requests = new() { ActivityTimeout = TimeSpan.FromSeconds(4.5) };

    public static IReadOnlyList<RouteConfig> Routes { get; } =
    [
        Route(KeyRoute, StorageCluster, ApiRoutes.Key, "GET", "HEAD", "PUT", "DELETE"),
        Route(SetValueRoute, StorageCluster, ApiRoutes.SetValue, "POST"),
        Route(GetValueRoute, StorageCluster, ApiRoutes.GetValue, "POST"),
        Route(DeleteValueRoute, StorageCluster, ApiRoutes.DeleteValue, "POST"),
        // The one route of the proxy that is open: whoever logs in has no token yet.
        Route(LoginRoute, AuthCluster, ApiRoutes.Login, "POST") with { AuthorizationPolicy = "anonymous", MaxRequestBodySize = MaxLoginBytes },
    ];

    public static IReadOnlyList<ClusterConfig> Clusters(IEnumerable<INodeLink> nodes) =>
    [
        new ClusterConfig
        {
            ClusterId = StorageCluster,
            LoadBalancingPolicy = ConsistentHashPolicy.PolicyName,
            HttpRequest = Requests,
            // Whether a node is alive is known from its stream; see NodeHealthPublisher.
            HealthCheck = new HealthCheckConfig
            {
                Passive = new PassiveHealthCheckConfig { Enabled = true },
                AvailableDestinationsPolicy = "HealthyOrPanic",
            },
            Destinations = nodes.ToDictionary(node => node.Name, node => new DestinationConfig { Address = PeerAddress.ServiceName(node.Name) }),
        },
        new ClusterConfig
        {
            ClusterId = AuthCluster,
            HttpRequest = Requests,
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
