using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.ClusterStatus;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Administration;

/// <summary><c>GET /v1/admin/members</c>: the members of the topology, how they are, and how much each holds.</summary>
internal static class MembersEndpoint
{
    public static Task AnswerAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var knowledge = services.GetRequiredService<ClusterKnowledge>();
        if (knowledge.View is not { Topology: { } topology } view)
        {
            return services.GetRequiredService<ErrorAnswer>().WriteAsync(context, ApiError.NotFounded);
        }

        TopologyHeader.Set(context, topology.Version, topology.Generation);
        var answer = Describe(topology, view, knowledge, services.GetRequiredService<NodeDirectory>().Current);
        return context.Response.WriteAsJsonAsync(
            answer, MembersJson.Default.MembersAnswer, contentType: null, context.RequestAborted);
    }

    private static MembersAnswer Describe(ClusterTopology topology, ClusterView view, ClusterKnowledge knowledge, NodeSet nodes)
    {
        var keys = topology.Partitions.Take(topology.SystemPartition).ToList();
        var holds = keys.SelectMany(static assignment => assignment.Config.Voters).CountBy(static node => node).ToDictionary();
        var leads = Enumerable.Range(0, keys.Count).CountBy(knowledge.HolderOf).ToDictionary();
        var learners = view.Partitions.SelectMany(static partition => partition.Learners).CountBy(static node => node).ToDictionary();
        return new MembersAnswer(
        [
            .. topology.Members.Select(member => new MembersAnswer.Member(
                member.Id.Value,
                member.Identity.Name,
                member.Address.Length == 0 ? null : member.Address,
                LifeName.Of(member),
                member.Registered,
                StateName.Of(member.State),
                member.IsRegistered ? LivenessName.Of(nodes.Find(member.Id)?.Liveness ?? NodeLiveness.Dead) : null,
                holds.GetValueOrDefault(member.Id),
                leads.GetValueOrDefault(member.Id),
                learners.GetValueOrDefault(member.Id),
                LivenessName.OfPeers(view.Statuses.GetValueOrDefault(member.Id)))),
        ]);
    }
}
