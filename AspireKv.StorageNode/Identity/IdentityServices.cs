using AspireKv.Cluster.Topology;
using AspireKv.Storage;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Identity;

/// <summary>Registers who this node is: to itself, and to those that it talks to.</summary>
internal static class IdentityServices
{
    public static void AddNodeIdentity(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ClusterOptions, ClusterOptionsValidator>().BindConfiguration(ClusterOptions.SectionName);

        // A node that is none of the members has no place in the cluster. This rule comes before any file of the node is opened.
        services.AddOptions<NodeOptions>().Validate<IOptions<ClusterOptions>>(
            static (node, cluster) => cluster.Value.NameOf(new NodeId(node.Id)) is not null,
            "Node:Id is none of Cluster:Members.");
        services.AddSingleton(provider =>
        {
            var directory = provider.GetRequiredService<StorageEngine>().Identity;
            var name = provider.GetRequiredService<IOptions<ClusterOptions>>().Value.NameOf(directory.Node)!;
            return new LocalNode(
                new Member(directory.Node, name, directory.Incarnation),
                Process: provider.GetRequiredService<StorageEngine>().Lives.Word);
        });
        services.AddOptionsWithValidateOnStart<AdmissionOptions, AdmissionOptionsValidator>()
            .BindConfiguration(AdmissionOptions.SectionName);
        services.AddSingleton<KnownTopology>();
        services.AddSingleton<OwnDisk>();
        services.AddSingleton<LifeRegister>();
        services.AddSingleton<ILives>(static provider => provider.GetRequiredService<LifeRegister>());
        services.AddSingleton(provider =>
        {
            var self = provider.GetRequiredService<LocalNode>();
            var engine = provider.GetRequiredService<StorageEngine>();
            var configured = provider.GetRequiredService<IOptions<ClusterOptions>>().Value;
            var topology = provider.GetRequiredService<KnownTopology>();
            return new LocalPeer(
                new PeerIdentity(PeerRole.Node, self.Id, self.Process, self.Name),
                () => engine.Founding?.ClusterId,

                // Whoever holds the credential may ask what the cluster is, and to be one of it; nothing else is done for a stranger.
                node => topology.Current is not null || configured.NameOf(node) is not null,

                // What tells of it presents this very peer to others, so it is there only later.
                () => provider.GetRequiredService<IOwnCondition>().Condition,
                () => topology.Version);
        });
    }
}
