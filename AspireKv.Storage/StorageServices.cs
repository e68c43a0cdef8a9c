using AspireKv.Cluster.Topology;
using AspireKv.Storage.Files;
using AspireKv.Storage.Observers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AspireKv.Storage;

/// <summary>Registers the storage of a node.</summary>
public static class StorageServices
{
    /// <summary>
    /// Registers <see cref="StorageOpening"/> and <see cref="StorageEngine"/>. The data directory is opened when the engine is first asked
    /// for, which needs an <see cref="IStorageObserver"/> among the services.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="locate">The path of the data directory, and the node whose it is.</param>
    public static void AddStorage(this IServiceCollection services, Func<IServiceProvider, (string Directory, NodeId Node)> locate)
    {
        services.AddOptionsWithValidateOnStart<StorageOptions, StorageOptionsValidator>().BindConfiguration(StorageOptions.SectionName);
        services.AddSingleton<StorageMetrics>();
        services.TryAddSingleton<IFileSystem, PhysicalFileSystem>();
        services.AddSingleton(provider =>
        {
            var (directory, node) = locate(provider);
            return new StorageOpening(
                provider.GetRequiredService<IFileSystem>(),
                directory,
                node,
                provider.GetRequiredService<IOptions<StorageOptions>>().Value,
                provider.GetRequiredService<StorageMetrics>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<StorageEngine>>());
        });
        services.AddSingleton(provider =>
            provider.GetRequiredService<StorageOpening>().OpenOrSetAside(provider.GetRequiredService<IStorageObserver>()));
    }
}
