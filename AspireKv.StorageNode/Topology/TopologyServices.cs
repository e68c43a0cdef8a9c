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
        services.AddSingleton<PartitionSizes>();
        services.AddQuestionHandler(PeerQuestions.Sizes, static provider => provider.GetRequiredService<PartitionSizes>());
        services.AddSingleton<TopologyPlans>();
        services.AddQuestionHandler(PeerQuestions.Plan, static provider => provider.GetRequiredService<TopologyPlans>());
        services.AddSingleton<TopologyOrders>();
        services.AddQuestionHandler(PeerQuestions.Order, static provider => provider.GetRequiredService<TopologyOrders>());
        services.AddHostedService<Removal>();
    }
}
