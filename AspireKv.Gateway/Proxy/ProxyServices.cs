using AspireKv.Access.Nodes;
using AspireKv.Dialing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace AspireKv.Gateway.Proxy;

internal static class ProxyServices
{
    /// <summary>
    /// Registers the proxy with its routes, the clusters behind them, the policy that chooses among nodes, and what tells it of their
    /// health.
    /// </summary>
    public static void AddProxy(this WebApplicationBuilder builder)
    {
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);

        // The forwarder logs every client that goes away, with a stack trace; what matters of it is in our own log.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error);
        var services = builder.Services;
        services.AddSingleton(static provider =>
            new InMemoryConfigProvider(ProxyConfig.Routes, ProxyConfig.Clusters(provider.GetRequiredService<NodeDirectory>().Current.All)));
        services.AddSingleton<IProxyConfigProvider>(static provider => provider.GetRequiredService<InMemoryConfigProvider>());
        services.AddReverseProxy().AddTransforms<LoginTransforms>();
        services.TryAddSingleton<AddressRace>();
        services.AddSingleton<IForwarderHttpClientFactory, AuthClientFactory>();
        services.AddSingleton<ILoadBalancingPolicy, ConsistentHashPolicy>();
        services.AddSingleton<IDestinationResolver, AuthDestinationResolver>();
        services.AddHostedService<NodeHealthPublisher>();
    }

    /// <summary>
    /// Maps the routes for data and <c>/login</c>. Data end at <see cref="OperationMiddleware"/>; logins go on to the proxy's forwarder.
    /// </summary>
    public static void MapProxy(this WebApplication app) => app.MapReverseProxy(static proxy =>
    {
        proxy.UseMiddleware<DataRequestMiddleware>();
        proxy.UseLoadBalancing();
        proxy.UseMiddleware<OperationMiddleware>();
        proxy.UseMiddleware<LoginMiddleware>();
    });
}
