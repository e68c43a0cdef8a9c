using AspireKv.ServiceDefaults.StartUp;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>Registers what looks after the partitions while nobody asks.</summary>
internal static class HousekeepingServices
{
    public static void AddHousekeeping(this IServiceCollection services)
    {
        services.AddValidatedOptions<TombstoneOptions, TombstoneOptionsValidator>(TombstoneOptions.SectionName);
        services.AddSingleton<TombstoneMetrics>();
        services.AddSingleton<TombstonePurge>();
        services.AddHostedService<Housekeeper>();
    }
}
