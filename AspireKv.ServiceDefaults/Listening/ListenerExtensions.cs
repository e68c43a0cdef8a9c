using System.Net;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>What the HTTP ports of all services have in common: bounds on what strangers may hold.</summary>
public static class ListenerExtensions
{
    /// <summary>
    /// Opens the service's own addresses, and the management listener where one is configured. Once one endpoint is named in code the
    /// server ignores its URLs, and says so: all are opened here, and the URLs taken from it.
    /// </summary>
    /// <exception cref="StartUpException">The management listener cannot be opened as it is written.</exception>
    public static void AddListeners(this WebApplicationBuilder builder, IReadOnlyList<ListenAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var management = ManagementListener.Read(builder.Configuration, addresses);
        builder.Services.AddSingleton(management);
        builder.Services.Configure<ListenerNames>(management.Name);

        // The server asks the last one first.
        builder.Services.AddSingleton<IConnectionListenerFactory, PatientListenerFactory>();

        // No address, but not empty either: the server would then look for them again where it found them first.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, ";");
        builder.WebHost.ConfigureKestrel(server =>
        {
            foreach (var address in addresses)
            {
                server.Listen(address, listen =>
                {
                    // Before TLS, so that a connection too many costs no handshake.
                    listen.LimitConnections(static services => services.GetRequiredService<ConnectionLimiter>());
                    if (address.IsHttps)
                    {
                        listen.UseHttps();
                    }
                });
            }

            management.Open(server);
        });
    }

    /// <summary>Bounds the connections of every listener of the service.</summary>
    /// <param name="services">The services.</param>
    /// <param name="limits">The limits; the total is lowered to what the file descriptors of the process allow.</param>
    /// <exception cref="StartUpException">The process may open too few files to be safe from strangers.</exception>
    public static IServiceCollection AddConnectionLimits(
        this IServiceCollection services, Func<IServiceProvider, ConnectionLimits> limits)
    {
        FileDescriptors.Require(FileDescriptors.Limit);
        services.TryAddSingleton<ListenerMetrics>();
        services.TryAddSingleton(provider =>
        {
            var wanted = limits(provider);
            var descriptors = FileDescriptors.Limit;
            var granted = FileDescriptors.Grant(wanted.Total, descriptors);
            if (granted < wanted.Total)
            {
                Log.TooFewDescriptors(
                    provider.GetRequiredService<ILogger<ConnectionLimiter>>(),
                    descriptors!.Value, wanted.Total, granted, (long)wanted.Total + FileDescriptors.Reserve);
            }

            return ActivatorUtilities.CreateInstance<ConnectionLimiter>(provider, wanted with { Total = granted });
        });
        services.TryAddKeyedSingleton(ManagementListener.LimiterKey, static (provider, _) =>
            ActivatorUtilities.CreateInstance<ConnectionLimiter>(provider, new ConnectionLimits(
                ManagementListener.MaxConnections, ManagementListener.MaxConnections, [])
            { TotalName = "management" }));
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

    /// <summary>Bounds the connections of a listener.</summary>
    internal static void LimitConnections(this ListenOptions listen, Func<IServiceProvider, ConnectionLimiter> choose)
    {
        var services = listen.ApplicationServices;
        listen.Use(next =>
        {
            var limiter = choose(services);
            return connection => limiter.RunAsync(next, connection);
        });
    }

    /// <summary>Opens a listener exactly as it is written.</summary>
    internal static void Listen(this KestrelServerOptions server, ListenAddress address, Action<ListenOptions> configure)
    {
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
