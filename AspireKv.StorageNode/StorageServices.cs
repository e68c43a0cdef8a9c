using AspireKv.Cluster.Topology;
using AspireKv.Storage;
using AspireKv.Storage.Files;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode;

/// <summary>Registers the storage engine; the data directory is opened when the engine is first asked for.</summary>
internal static class StorageServices
{
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddSingleton<StorageMetrics>();
        services.TryAddSingleton<IFileSystem, PhysicalFileSystem>();
        services.AddSingleton(provider =>
        {
            var node = provider.GetRequiredService<IOptions<NodeOptions>>().Value;
            return StorageEngine.OpenOrSetAside(
                provider.GetRequiredService<IFileSystem>(),
                node.DataDirectory,
                new NodeId(node.Id),
                provider.GetRequiredService<IOptions<StorageOptions>>().Value,
                provider.GetRequiredService<StorageMetrics>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<StorageEngine>>());
        });
    }
}
