using AspireKv.Cluster.Status;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Founding;

/// <summary>Tells peers and gateways what this node knows of its cluster.</summary>
internal sealed class StatusHandler(Membership membership) : IQuestionHandler<StatusRequest, NodeStatus>
{
    public void OnAsked(Asked<StatusRequest, NodeStatus> asked) => asked.Answer(membership.GetStatus());
}
