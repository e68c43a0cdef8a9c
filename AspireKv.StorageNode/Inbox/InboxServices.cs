using AspireKv.ServiceDefaults.AccessTokens;
using AspireKv.Transport;

namespace AspireKv.StorageNode.Inbox;

/// <summary>Registers what takes in requests and answers.</summary>
internal static class InboxServices
{
    public static void AddInbox(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddAccessTokenValidation(configuration);
        services.AddPeerListener<RequestDispatcher>();
        services.AddSingleton<OperationChecks>();
        services.AddSingleton<StatusReport>();
        services.AddSingleton<ResponseDispatcher>();
        services.AddSingleton<Withdrawal>();
        services.AddHostedService<LinkOpener>();
    }
}
