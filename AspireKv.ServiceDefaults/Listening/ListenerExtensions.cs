using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>What the HTTP ports of all services have in common: bounds on what strangers may hold.</summary>
public static class ListenerExtensions
{
    /// <summary>Bounds the connections of every listener that gets <see cref="LimitConnections"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="limits">The limits; the total is lowered to what the file descriptors of the process allow.</param>
    public static IServiceCollection AddConnectionLimits(
        this IServiceCollection services, Func<IServiceProvider, ConnectionLimits> limits)
    {
        services.TryAddSingleton<ListenerMetrics>();
        services.TryAddSingleton(provider =>
        {
            var wanted = limits(provider);
            var logger = provider.GetRequiredService<ILogger<ConnectionLimiter>>();
            var descriptors = FileDescriptors.Limit;
            var granted = FileDescriptors.Grant(wanted.Total, descriptors);
            if (granted < wanted.Total)
            {
                Log.TooFewDescriptors(logger, descriptors!.Value, wanted.Total, granted, (long)wanted.Total + FileDescriptors.Reserve);
            }

            return new ConnectionLimiter(
                wanted with { Total = granted },
                provider.GetRequiredService<ListenerMetrics>(),
                provider.GetRequiredService<TimeProvider>(),
                logger);
        });
        return services;
    }

    /// <summary>Registers the options of a listener for operators and other services, and bounds its connections by them.</summary>
    public static IServiceCollection AddListenerOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ListenerOptions, ListenerOptionsValidator>().BindConfiguration(ListenerOptions.SectionName);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ListenerOptions>>(static (server, listener) =>
        {
            var options = listener.Value;
            server.AddServerHeader = false;
            server.Limits.MaxConcurrentUpgradedConnections = 0;
            server.Limits.KeepAliveTimeout = options.IdleTimeout;
            server.Limits.RequestHeadersTimeout = options.HeadersTimeout;
            server.Limits.MinRequestBodyDataRate = Rate(options.MinBytesPerSecond);
            server.Limits.MinResponseDataRate = Rate(options.MinBytesPerSecond);
        });
        return services.AddConnectionLimits(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<ListenerOptions>>().Value;
            return new ConnectionLimits(options.MaxConnections, options.MaxConnectionsPerAddress, []);
        });
    }

    /// <summary>The least pace of a caller, after 5 seconds of grace.</summary>
    public static MinDataRate Rate(int bytesPerSecond) => new(bytesPerSecond, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>Bounds the connections of a listener; goes before TLS.</summary>
    public static void LimitConnections(this ListenOptions listen)
    {
        ArgumentNullException.ThrowIfNull(listen);
        var services = listen.ApplicationServices;
        listen.Use(next =>
        {
            var limiter = services.GetRequiredService<ConnectionLimiter>();
            return connection => limiter.RunAsync(next, connection);
        });
    }

    /// <summary>Opens a listener exactly as it is written.</summary>
    public static void Listen(this KestrelServerOptions server, ListenAddress address, Action<ListenOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsLocalhost)
        {
            server.ListenLocalhost(address.Port, configure);
        }
        else if (address.Host is { } host)
        {
            server.Listen(new IPEndPoint(host, address.Port), configure);
        }
        else
        {
            server.ListenAnyIP(address.Port, configure);
        }
    }
}
