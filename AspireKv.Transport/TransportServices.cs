using AspireKv.Dialing;
using AspireKv.Transport.Client;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Monitoring;
using AspireKv.Transport.Questions;
using AspireKv.Transport.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AspireKv.Transport;

public static class TransportServices
{
    /// <summary>
    /// Registers <see cref="NodeChannelFactory"/>, the options and the <see cref="ClusterCredential"/> from <c>Cluster:Credential</c>: what
    /// it takes to talk to nodes. The caller registers a <see cref="LocalPeer"/>.
    /// </summary>
    public static IServiceCollection AddPeerTransport(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<PeerTransportOptions, PeerTransportOptionsValidator>()
            .BindConfiguration(PeerTransportOptions.SectionName);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => ReadCredential(configuration[ClusterCredential.ConfigurationKey]));
        services.TryAddSingleton<TransportMetrics>();
        services.TryAddSingleton<AddressRace>();
        services.TryAddSingleton(provider => new NodeChannelFactory(
            provider.GetRequiredService<LocalPeer>(),
            provider.GetRequiredService<ClusterCredential>(),
            provider.GetRequiredService<IOptions<PeerTransportOptions>>(),
            provider.GetRequiredService<AddressRace>(),
            provider.GetRequiredService<TransportMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<NodeChannel>>()));
        return services;
    }

    /// <summary>Registers what it takes to be talked to, with the given handler behind it.</summary>
    public static IServiceCollection AddPeerListener<THandler>(this IServiceCollection services)
        where THandler : class, IPeerRequestHandler
    {
        services.TryAddSingleton<IPeerRequestHandler, THandler>();
        return services.AddPeerListener();
    }

    /// <summary>
    /// Registers what it takes to be talked to: <see cref="PeerConnectionHandler"/>. The caller registers an
    /// <see cref="IPeerRequestHandler"/>.
    /// </summary>
    public static IServiceCollection AddPeerListener(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new PeerConnectionHandler(
            provider.GetRequiredService<LocalPeer>(),
            provider.GetRequiredService<ClusterCredential>(),
            provider.GetRequiredService<IPeerRequestHandler>(),
            new QuestionTable(provider.GetServices<QuestionRoute>()),
            provider.GetRequiredService<IOptions<PeerTransportOptions>>(),
            provider.GetRequiredService<TransportMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PeerConnectionHandler>>()));
        return services;
    }

    /// <summary>
    /// Registers what answers a question that peers ask this process. Without a handler, the connection of a peer that asks is closed.
    /// </summary>
    public static IServiceCollection AddQuestionHandler<TAsk, TAnswer>(
        this IServiceCollection services,
        Question<TAsk, TAnswer> question,
        Func<IServiceProvider, IQuestionHandler<TAsk, TAnswer>> create) =>
        services.AddSingleton<QuestionRoute>(provider => new QuestionRoute<TAsk, TAnswer>(question, create(provider)));

    private static ClusterCredential ReadCredential(string? secret) => ClusterCredential.FindFault(secret) is { } fault
        ? throw new OptionsValidationException(ClusterCredential.ConfigurationKey, typeof(ClusterCredential), [fault])
        : new ClusterCredential(secret);
}
