using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Client;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;

namespace AspireKv.Access.Nodes;

/// <summary>A node behind a framed stream; alive as long as the node answers the stream's pings.</summary>
internal sealed class ChannelLink(NodeChannel channel, string name, LivenessRule rule) : INodeLink
{
    public NodeId Id => channel.Remote;

    public string Name => name;

    public NodeLiveness Liveness => channel.Judge(rule);

    public long TopologyVersion => channel.TopologyVersion;

    public ValueTask<OperationReply> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken) =>
        channel.ExecuteAsync(request, cancellationToken);

    public Task<NodeStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        channel.AskAsync(PeerQuestions.Status, default, cancellationToken);

    public Task<TopologyResponse> GetTopologyAsync(long known, CancellationToken cancellationToken) =>
        channel.AskAsync(PeerQuestions.Topology, new TopologyRequest(known), cancellationToken);

    public Task<TombstoneStatus> GetTombstonesAsync(CancellationToken cancellationToken) =>
        channel.AskAsync(PeerQuestions.Tombstones, default, cancellationToken);

    public Task<PlanOutcome> PlanAsync(PlanRequest request, CancellationToken cancellationToken) =>
        channel.AskAsync(PeerQuestions.Plan, request, cancellationToken);

    public Task<OrderResult> OrderAsync(TopologyOrder order, CancellationToken cancellationToken) =>
        channel.AskAsync(PeerQuestions.Order, order, cancellationToken);

    public Task<MovesResponse> GetMovesAsync(CancellationToken cancellationToken) =>
        channel.AskAsync(PeerQuestions.Moves, default, cancellationToken);

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
