using System.Globalization;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.Cluster;

namespace AspireKv.Gateway.Api;

/// <summary><c>GET /v1/cluster</c>: the members and partitions as this gateway sees them.</summary>
internal static class ClusterEndpoint
{
    public static void MapCluster(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods(ApiRoutes.Cluster, [HttpMethods.Get, HttpMethods.Head], static context =>
        {
            context.Response.Headers.CacheControl = "no-store";
            var services = context.RequestServices;
            var answer = Describe(services.GetRequiredService<ClusterKnowledge>(), services.GetRequiredService<NodeDirectory>());
            return context.Response.WriteAsJsonAsync(answer, ClusterJson.Default.ClusterAnswer);
        });

    internal static ClusterAnswer Describe(ClusterKnowledge knowledge, NodeDirectory nodes)
    {
        var view = knowledge.View;
        var told = view.Statuses.Values.SelectMany(status => status.Partitions).ToLookup(status => status.Partition);
        return new ClusterAnswer(
            view.Founding?.ClusterId,
            view.Founding?.ReplicationFactor,
            [.. nodes.All.Select(node => DescribeMember(node, view))],
            [.. Enumerable.Range(0, view.PartitionCount).Select(partition => DescribePartition(partition, [.. told[partition]], knowledge, view))]);
    }

    private static ClusterAnswer.Member DescribeMember(INodeLink node, ClusterView view) => new(
        node.Id.Value,
        node.Name,
        NameOf(node.Liveness),
        view.Founding?.Find(node.Id)?.Incarnation.ToString("x16", CultureInfo.InvariantCulture),
        view.Statuses.TryGetValue(node.Id, out var status)
            ? status.Peers.ToDictionary(peer => peer.Key.ToString(), peer => NameOf(peer.Value))
            : []);

    private static ClusterAnswer.Partition DescribePartition(int partition, PartitionStatus[] told, ClusterKnowledge knowledge, ClusterView view)
    {
        var config = told.Select(status => status.Config).OfType<PartitionConfig>().MaxBy(config => config.Epoch);
        var holder = knowledge.HolderOf(partition);
        var replicas = config?.Replicas ?? view.ReplicasOf(partition);
        return new ClusterAnswer.Partition(
            partition,
            [.. replicas.Select(node => node.Value)],
            [.. replicas.Where(node => view.IsLearner(node, partition)).Select(node => node.Value)],
            config?.Epoch,
            holder == NodeId.None ? null : holder.Value,
            told.Length == 0 ? null : told.Max(status => status.Promised).ToString(),
            knowledge.HasLiveQuorum(partition));
    }

    private static string NameOf(Liveness liveness) => liveness switch
    {
        Liveness.Alive => "alive",
        Liveness.Suspect => "suspect",
        _ => "dead",
    };
}
