using AspireKv.Cluster.Topology;
using AspireKv.Storage;
using AspireKv.Storage.Files;
using AspireKv.StorageNode.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode;

/// <summary>Registers the storage engine over the node's directory, which is opened when the engine is first asked for.</summary>
internal static class NodeStorageServices
{
    public static void AddNodeStorage(this IServiceCollection services)
    {
        services.AddValidatedOptions<NodeOptions, NodeOptionsValidator>(NodeOptions.SectionName);
        services.AddValidatedOptions<StorageOptions, StorageOptionsValidator>(StorageOptions.SectionName);
        services.AddSingleton<NewLife>();
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
