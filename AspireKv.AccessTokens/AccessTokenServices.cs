using AspireKv.Dialing;
using AspireKv.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;

namespace AspireKv.AccessTokens;

public static class AccessTokenServices
{
    public const string HealthCheckName = "access-token-keys";

    /// <summary>
    /// Adds <see cref="AccessTokenValidator"/>, the background fetch of its keys and the health check <c>access-token-keys</c>.
    /// Deliberately no authentication scheme: a default scheme would check every request before our cache is asked.
    /// </summary>
    /// <param name="services">Needs configuration, logging and metrics, as every host has.</param>
    public static IServiceCollection AddAccessTokenValidation(this IServiceCollection services)
    {
        services.AddAccessTokenOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AddressRace>();
        services.AddServiceDiscovery();
        services.AddHttpClient(AccessTokenKeySource.HttpClientName)
            .ConfigurePrimaryHttpMessageHandler(static provider =>
            {
                var handler = new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    UseProxy = false,
                    MaxResponseHeadersLength = 16,
                    ConnectTimeout = TimeSpan.FromSeconds(2),
                    PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                };
                var keys = new Uri(provider.GetRequiredService<IOptions<AccessTokenOptions>>().Value.JwksUri);
                var service = keys.GetLeftPart(UriPartial.Authority);
                var resolver = provider.GetRequiredService<ServiceEndpointResolver>();
                handler.UseEveryAddress(
                    provider.GetRequiredService<AddressRace>(),
                    cancellationToken => ServiceAddresses.FindAsync(resolver, service, cancellationToken));
                return handler;
            })
            .AddServiceDiscovery()
            .RemoveAllLoggers();
        services.TryAddSingleton<AccessTokenMetrics>();
        services.TryAddSingleton<AccessTokenKeySource>();
        services.AddHostedService(provider => provider.GetRequiredService<AccessTokenKeySource>());
        services.TryAddSingleton(provider => new AccessTokenValidator(
            provider.GetRequiredService<AccessTokenKeySource>(),
            provider.GetRequiredService<IOptions<AccessTokenOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<AccessTokenMetrics>()));
        services.AddHealthChecks().AddCheck<AccessTokenKeysHealthCheck>(HealthCheckName);
        return services;
    }

    /// <summary>Only the options: for the auth service, which puts issuer and audience into the tokens it makes.</summary>
    public static IServiceCollection AddAccessTokenOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AccessTokenOptions, AccessTokenOptionsValidator>()
            .BindConfiguration(AccessTokenOptions.SectionName);
        return services;
    }
}
