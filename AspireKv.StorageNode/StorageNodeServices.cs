using AspireKv.StorageNode.Api;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Housekeeping;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Inbox;
using AspireKv.StorageNode.Membership;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Peers;
using AspireKv.StorageNode.Topology;

namespace AspireKv.StorageNode;

/// <summary>A storage node, from its disk up to what comes in.</summary>
internal static class StorageNodeServices
{
    public static void AddStorageNode(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddNodeStorage();
        services.AddNodeIdentity();
        services.AddPeers(builder.Configuration);
        services.AddPartitions();
        services.AddCoordination();
        services.AddMembership();
        services.AddTopology();
        services.AddHousekeeping();
        services.AddInbox();
        services.AddHealthChecks().AddCheck<StorageHealthCheck>("storage").AddCheck<QuorumHealthCheck>("cluster");
        builder.AddNodeListeners();
    }
}
