using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AspireKv.Transport;

public static class TransportServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="NodeChannelFactory"/>, <see cref="PeerConnectionHandler"/>, the options and the <see cref="ClusterCredential"/> from
    /// <c>Cluster:Credential</c>. The caller registers a <see cref="LocalPeer"/>, and on a node an <see cref="IPeerRequestHandler"/>.
    /// </summary>
    public static IServiceCollection AddPeerTransport(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PeerTransportOptions>().BindConfiguration(PeerTransportOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PeerTransportOptions>, PeerTransportOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => new ClusterCredential(configuration[ClusterCredential.ConfigurationKey]));
        services.TryAddSingleton<TransportMetrics>();
        services.TryAddSingleton<NodeChannelFactory>();
        services.TryAddSingleton<PeerConnectionHandler>();
        return services;
    }
}
