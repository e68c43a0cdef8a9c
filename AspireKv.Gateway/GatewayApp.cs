using System.Security.Cryptography;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.Api;
using AspireKv.Gateway.Cluster;
using AspireKv.Gateway.Routing;
using AspireKv.Gateway.Security;
using AspireKv.ServiceDefaults;
using AspireKv.ServiceDefaults.AccessTokens;
using AspireKv.Transport;
using AspireKv.Transport.Contracts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace AspireKv.Gateway;

/// <summary>Puts the gateway together.</summary>
internal static class GatewayApp
{
    private const string DefaultUrl = "http://127.0.0.1:3000";
    private const string Name = "gateway";

    /// <param name="args">The command line.</param>
    /// <param name="configure">Changes to the host, made last; for tests.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(isPublic: true);
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        // It logs every client that goes away, with a stack trace; what matters of it is in our own log.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error);
        AddOptions(builder.Services);
        AddServer(builder);
        AddCluster(builder);
        AddProxy(builder.Services);
        builder.Services.AddAccessTokenValidation(builder.Configuration);
        builder.Services.AddSingleton<GatewayMetrics>();
        builder.Services.AddSingleton<ErrorAnswer>();
        builder.Services.AddHealthChecks().AddCheck<ClusterHealthCheck>("cluster");
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseRequestMetrics();
        app.UseMiddleware<ErrorMiddleware>();
        app.UseMiddleware<RequestTargetMiddleware>();
        app.UseRouting();
        app.UseMiddleware<MethodMiddleware>();
        app.UseMiddleware<AccessTokenMiddleware>();
        app.MapReverseProxy(static proxy =>
        {
            proxy.UseMiddleware<DataRequestMiddleware>();
            proxy.UseLoadBalancing();
            proxy.UseMiddleware<OperationMiddleware>();
        });
        app.MapCluster();
        app.MapDocumentation();
        app.MapDefaultEndpoints();
        return app;
    }

    private static void AddOptions(IServiceCollection services)
    {
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        services.AddOptions<GatewayOptions>().Validate<IOptions<PeerTransportOptions>>(
            static (gateway, transport) => gateway.MaxValueBytes <= transport.Value.MaxValueBytes,
            "Gateway:MaxValueBytes must not exceed PeerTransport:MaxValueBytes, which nodes and gateways share.");
        services.AddOptions<GatewayOptions>().Validate(
            static gateway => TrustedNetworks.FindFault(gateway.TrustedProxies) is null, "Gateway:TrustedProxies must be IP addresses or networks like 10.0.0.0/8.");
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<GatewayOptions>>(
            static (forwarded, gateway) => forwarded.Trust(gateway.Value.TrustedProxies));
        services.AddOptions<ClusterMembersOptions>().BindConfiguration(ClusterMembersOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ClusterMembersOptions>, ClusterMembersOptionsValidator>();
    }

    private static void AddServer(WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && string.IsNullOrEmpty(builder.Configuration["http_ports"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.Services.AddOptions<SocketTransportOptions>().Configure<IOptions<GatewayOptions>>(
            static (sockets, gateway) => sockets.UnsafePreferInlineScheduling = gateway.Value.UnsafePreferInlineScheduling);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>>(static (server, gateway) =>
        {
            var options = gateway.Value;
            var rate = new MinDataRate(options.MinBytesPerSecond, gracePeriod: TimeSpan.FromSeconds(5));
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = SeedBody.MaxBytes(options.MaxKeyBytes, options.MaxValueBytes);
            server.Limits.MaxConcurrentConnections = options.MaxConnections;
            server.Limits.MaxConcurrentUpgradedConnections = 0;
            server.Limits.RequestHeadersTimeout = options.HeadersTimeout;
            // A key of 1,024 bytes may come as 3,072 characters.
            server.Limits.MaxRequestLineSize = 4 * 1024;
            server.Limits.MinRequestBodyDataRate = rate;
            server.Limits.MinResponseDataRate = rate;
        });
    }

    private static void AddCluster(WebApplicationBuilder builder)
    {
        builder.Services.AddPeerTransport(builder.Configuration);
        builder.Services.AddSingleton(static services =>
        {
            var processId = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
            return new LocalPeer(
                new PeerIdentity(PeerRole.Gateway, NodeId.None, processId, Name),
                () => services.GetRequiredService<ClusterKnowledge>().View.Founding?.ClusterId);
        });
        builder.Services.AddSingleton<NodeChannels>();
        builder.Services.AddSingleton(static services => new NodeDirectory(services.GetRequiredService<NodeChannels>().Links));
        builder.Services.AddSingleton<ClusterKnowledge>();
        builder.Services.AddSingleton<ClusterMonitor>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<ClusterMonitor>());
    }

    private static void AddProxy(IServiceCollection services)
    {
        services.AddSingleton<DataRequestReader>();
        services.AddSingleton<OperationSender>();
        services.AddSingleton(static provider =>
            new InMemoryConfigProvider(ProxyConfig.Routes, ProxyConfig.Clusters(provider.GetRequiredService<NodeDirectory>().All)));
        services.AddSingleton<IProxyConfigProvider>(static provider => provider.GetRequiredService<InMemoryConfigProvider>());
        services.AddReverseProxy().AddTransforms<LoginTransforms>();
        services.AddSingleton<ILoadBalancingPolicy, ConsistentHashPolicy>();
        services.AddSingleton<IDestinationResolver, AuthDestinationResolver>();
        services.AddHostedService<NodeHealthPublisher>();
    }
}
