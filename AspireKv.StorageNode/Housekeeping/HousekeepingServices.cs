namespace AspireKv.StorageNode.Housekeeping;

/// <summary>Registers what looks after the partitions while nobody asks.</summary>
internal static class HousekeepingServices
{
    public static void AddHousekeeping(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<TombstoneOptions, TombstoneOptionsValidator>()
            .BindConfiguration(TombstoneOptions.SectionName);
        services.AddOptionsWithValidateOnStart<HandBackOptions, HandBackOptionsValidator>()
            .BindConfiguration(HandBackOptions.SectionName);
        services.AddOptionsWithValidateOnStart<SlowDiskOptions, SlowDiskOptionsValidator>()
            .BindConfiguration(SlowDiskOptions.SectionName);
        services.AddSingleton<TombstoneCount>();
        services.AddSingleton<TombstoneMetrics>();
        services.AddSingleton<TombstonePurge>();
        services.AddHostedService<DiskWatch>();
        services.AddHostedService<Housekeeper>();
    }
}
