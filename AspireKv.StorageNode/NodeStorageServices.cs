using AspireKv.Cluster.Topology;
using AspireKv.Storage;
using AspireKv.StorageNode.Identity;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode;

/// <summary>Registers the storage over the node's directory: all that a command needs which works on the files and runs no node.</summary>
internal static class NodeStorageServices
{
    public static void AddNodeStorage(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<NodeOptions, NodeOptionsValidator>().BindConfiguration(NodeOptions.SectionName);
        services.AddSingleton<NewLife>();
        services.AddStorage(static provider =>
        {
            var node = provider.GetRequiredService<IOptions<NodeOptions>>().Value;
            return (node.DataDirectory, new NodeId(node.Id));
        });
    }
}
