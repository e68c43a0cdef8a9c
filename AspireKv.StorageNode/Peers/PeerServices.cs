using AspireKv.StorageNode.Identity;
using AspireKv.Transport;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Peers;

/// <summary>Registers the links to the other nodes.</summary>
internal static class PeerServices
{
    public static void AddPeers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<LivenessOptions, LivenessOptionsValidator>()
            .BindConfiguration(LivenessOptions.SectionName)
            .Validate<IOptions<PeerTransportOptions>>(
                static (liveness, transport) => liveness.SuspectAfter >= 2 * transport.Value.HeartbeatInterval,
                "Liveness:SuspectAfter must be at least twice PeerTransport:HeartbeatInterval, or every peer is suspect between two "
                + "heartbeats.");
        services.AddPeerTransport(configuration);
        services.AddSingleton<PeerLinks>();
        services.AddSingleton<IPeers>(provider => provider.GetRequiredService<PeerLinks>());
        services.AddSingleton<IOwnCondition>(provider => provider.GetRequiredService<PeerLinks>());
        services.AddSingleton<IPeerQuestions>(provider => provider.GetRequiredService<PeerLinks>());
        services.AddSingleton<PeerMetrics>();
    }
}
