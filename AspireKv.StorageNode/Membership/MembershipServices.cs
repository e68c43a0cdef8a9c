namespace AspireKv.StorageNode.Membership;

/// <summary>Registers what makes this node part of a cluster.</summary>
internal static class MembershipServices
{
    public static void AddMembership(this IServiceCollection services)
    {
        services.AddSingleton<FoundingService>();
        services.AddHostedService(static provider => provider.GetRequiredService<FoundingService>());
        services.AddSingleton<LifeService>();
        services.AddHostedService(static provider => provider.GetRequiredService<LifeService>());
    }
}
