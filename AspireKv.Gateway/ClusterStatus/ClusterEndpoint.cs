using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Cluster.Topology;

namespace AspireKv.Gateway.ClusterStatus;

/// <summary><c>GET /v1/cluster</c>: the members and partitions as this gateway sees them.</summary>
internal static class ClusterEndpoint
{
    public static Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var services = context.RequestServices;
        var answer = Describe(services.GetRequiredService<ClusterKnowledge>(), services.GetRequiredService<NodeDirectory>().Current);
        return context.Response.WriteAsJsonAsync(answer, ClusterJson.Default.ClusterAnswer);
    }

    private static ClusterAnswer Describe(ClusterKnowledge knowledge, NodeSet nodes)
    {
        var view = knowledge.View;
        return new ClusterAnswer(
            view.Founding?.ClusterId,
            view.Topology?.ReplicationFactor,
            view.Founding?.MaxValueBytes,
            [.. nodes.All.Select(node => DescribeMember(node, view))],
            [.. view.Partitions.Select((partition, number) => DescribePartition(number, partition, knowledge))]);
    }

    private static ClusterAnswer.Member DescribeMember(INodeLink node, ClusterView view) => new(
        node.Id.Value,
        node.Name,
        LivenessName.Of(node.Liveness),
        view.Topology?.Find(node.Id) is { } member ? LifeName.Of(member) : null,
        LivenessName.OfPeers(view.Statuses.GetValueOrDefault(node.Id)));

    private static ClusterAnswer.Partition DescribePartition(int number, PartitionView partition, ClusterKnowledge knowledge)
    {
        var holder = knowledge.HolderOf(number);
        return new ClusterAnswer.Partition(
            number,
            [.. partition.Replicas.Select(node => node.Value)],
            [.. partition.Replicas.Where(partition.Learners.Contains).Select(node => node.Value)],
            partition.Config?.Epoch,
            holder == NodeId.None ? null : holder.Value,
            partition.Promised?.ToString(),
            knowledge.HasLiveQuorum(number));
    }
}
