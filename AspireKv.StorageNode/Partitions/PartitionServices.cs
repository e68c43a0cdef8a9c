using AspireKv.Cluster.Coordination;
using AspireKv.Storage.Observers;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Partitions;

/// <summary>Registers the partitions, which are set up once the node takes part in a cluster.</summary>
internal static class PartitionServices
{
    public static void AddPartitions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PartitionOptions, PartitionOptionsValidator>()
            .BindConfiguration(PartitionOptions.SectionName);
        services.AddOptionsWithValidateOnStart<RebuildOptions, RebuildOptionsValidator>().BindConfiguration(RebuildOptions.SectionName);
        services.AddOptionsWithValidateOnStart<RepairOptions, RepairOptionsValidator>().BindConfiguration(RepairOptions.SectionName);
        services.AddSingleton(static provider => ProtocolOptionsOf(
            provider.GetRequiredService<IOptions<PartitionOptions>>().Value,
            provider.GetRequiredService<IOptions<RebuildOptions>>().Value));
        services.AddSingleton<RepairBudget>();
        services.AddSingleton<RepairMetrics>();
        services.AddSingleton<DurableAnswers>();
        services.AddSingleton<StorageWatch>();
        services.AddSingleton<IStorageObserver>(static provider => provider.GetRequiredService<StorageWatch>());
        services.AddSingleton<PartitionFactory>();
        services.AddSingleton<HostedPartitions>();
        services.AddSingleton<PartitionMetrics>();
    }

    private static ProtocolOptions ProtocolOptionsOf(PartitionOptions partitions, RebuildOptions rebuild) => new()
    {
        PrepareTimeout = partitions.PrepareTimeout,
        GiveUpAfter = partitions.GiveUpAfter,
        MaxSettledKeys = partitions.MaxSettledKeysPerPartition,
        CopiedKeys = rebuild.KeysAtATime,
    };
}
