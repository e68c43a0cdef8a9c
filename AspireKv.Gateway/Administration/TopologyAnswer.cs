using System.Text.Json.Serialization;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.ClusterStatus;

namespace AspireKv.Gateway.Administration;

/// <summary>The body of <c>GET /v1/admin/topology</c>.</summary>
/// <param name="Version">One more with each change.</param>
/// <param name="Generation">One more with each decision of an operator.</param>
/// <param name="ClusterId">The id given at founding.</param>
/// <param name="ReplicationFactor">On how many nodes a partition is to live.</param>
/// <param name="LastPlan">The id of the plan that was committed last and not cancelled, or null.</param>
/// <param name="Members">By number.</param>
/// <param name="Partitions">The partitions of keys, by number.</param>
/// <param name="System">The partition that holds the topology itself.</param>
internal sealed record TopologyAnswer(
    long Version,
    long Generation,
    Guid ClusterId,
    int ReplicationFactor,
    string? LastPlan,
    IReadOnlyList<TopologyAnswer.Member> Members,
    IReadOnlyList<TopologyAnswer.Partition> Partitions,
    TopologyAnswer.Partition System)
{
    public static TopologyAnswer Of(ClusterTopology topology)
    {
        var partitions = topology.Partitions.Select(static (assignment, number) => new Partition(
            number,
            assignment.Config.Epoch,
            NodeNumbers.Of(assignment.Config.Replicas),
            NodeNumbers.Of(assignment.Config.NextReplicas),
            NodeNumbers.Of(assignment.Target))).ToArray();
        return new TopologyAnswer(
            topology.Version,
            topology.Generation,
            topology.ClusterId,
            topology.ReplicationFactor,
            topology.LastPlan.Length == 0 ? null : topology.LastPlan,
            [.. topology.Members.Select(static member => new Member(
                member.Id.Value,
                member.Identity.Name,
                member.Address.Length == 0 ? null : member.Address,
                LifeName.Of(member),
                member.Registered,
                StateName.Of(member.State)))],
            partitions[..topology.SystemPartition],
            partitions[topology.SystemPartition]);
    }

    /// <param name="Id">Its number.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Address">Where it said that it is to be dialled, or null where service discovery alone knows.</param>
    /// <param name="Incarnation">The life that counts; null before the first one.</param>
    /// <param name="Registered">The version that first named this life; 0 before the first one.</param>
    /// <param name="State">As <see cref="StateName"/> says.</param>
    internal sealed record Member(int Id, string Name, string? Address, string? Incarnation, long Registered, string State);

    /// <param name="Id">Its number.</param>
    /// <param name="Epoch">The number of its config.</param>
    /// <param name="Replicas">The nodes that hold it, the preferred coordinator first.</param>
    /// <param name="NextReplicas">While it moves, the nodes that will hold it.</param>
    /// <param name="Target">The nodes that are to hold it in the end; empty where nothing is pending.</param>
    internal sealed record Partition(
        int Id, long Epoch, IReadOnlyList<int> Replicas, IReadOnlyList<int> NextReplicas, IReadOnlyList<int> Target);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TopologyAnswer))]
internal sealed partial class TopologyJson : JsonSerializerContext;
