using System.Security.Cryptography;
using AspireKv.Access;
using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Cluster.Topology;
using AspireKv.Transport;
using AspireKv.Transport.Contracts;

namespace AspireKv.Gateway;

/// <summary>What the gateway reaches the cluster with.</summary>
internal static class ClusterServices
{
    private const string Name = "gateway";

    /// <summary>Registers streams to the nodes, what is known of the cluster, and the sender of operations.</summary>
    public static void AddCluster(this WebApplicationBuilder builder)
    {
        builder.Services.AddPeerTransport(builder.Configuration);
        builder.Services.AddSingleton(static provider =>
        {
            var processId = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
            // Known only at the first call: what is known of the cluster needs the streams, and those need this peer.
            ClusterKnowledge? knowledge = null;
            return new LocalPeer(
                new PeerIdentity(PeerRole.Gateway, NodeId.None, processId, Name),
                () => (knowledge ??= provider.GetRequiredService<ClusterKnowledge>()).View.Founding?.ClusterId);
        });
        builder.Services.AddSingleton<INodeAddresses, ServiceDiscoveryAddresses>();
        builder.Services.AddAccess();
    }
}
