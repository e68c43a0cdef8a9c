using AspireKv.Transport;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Topology;

/// <summary>Registers what reads, follows and changes the topology.</summary>
internal static class TopologyServices
{
    public static void AddTopology(this IServiceCollection services)
    {
        services.AddSingleton<SystemPartition>();
        services.AddSingleton<TopologyFollower>();
        services.AddHostedService(static provider => provider.GetRequiredService<TopologyFollower>());
        services.AddQuestionHandler(PeerQuestions.Topology, static provider => provider.GetRequiredService<TopologyFollower>());
        services.AddSingleton<Registration>();
        services.AddHostedService(static provider => provider.GetRequiredService<Registration>());
        services.AddQuestionHandler(PeerQuestions.Registration, static provider => provider.GetRequiredService<Registration>());
        services.AddSingleton<TopologyDriving>();
        services.AddHostedService(static provider => provider.GetRequiredService<TopologyDriving>());
        services.AddQuestionHandler(PeerQuestions.Moves, static provider => provider.GetRequiredService<TopologyDriving>());
    }
}
