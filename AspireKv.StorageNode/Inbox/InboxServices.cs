using AspireKv.AccessTokens;
using AspireKv.StorageNode.Membership;
using AspireKv.Transport;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Inbox;

/// <summary>Registers what takes in requests and answers.</summary>
internal static class InboxServices
{
    public static void AddInbox(this IServiceCollection services)
    {
        services.AddAccessTokenValidation();
        services.AddPeerListener<RequestDispatcher>();
        services.AddSingleton<StatusHandler>();
        services.AddQuestionHandler(PeerQuestions.Status, static provider => provider.GetRequiredService<StatusHandler>());
        services.AddSingleton<TombstonesHandler>();
        services.AddQuestionHandler(PeerQuestions.Tombstones, static provider => provider.GetRequiredService<TombstonesHandler>());
        services.AddQuestionHandler(PeerQuestions.Founding, static provider => provider.GetRequiredService<FoundingService>());
        services.AddQuestionHandler(PeerQuestions.Life, static provider => provider.GetRequiredService<LifeService>());
        services.AddSingleton<ResponseDispatcher>();
        services.AddSingleton<Withdrawal>();
        services.AddHostedService<LinkOpener>();
        services.AddHostedService<NodeDrain>();
    }
}
