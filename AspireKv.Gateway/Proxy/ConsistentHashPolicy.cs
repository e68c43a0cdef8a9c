using AspireKv.Access.Knowledge;
using AspireKv.Gateway.KeyValue;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace AspireKv.Gateway.Proxy;

/// <summary>Chooses the node by the key: see <see cref="ClusterKnowledge.Choose"/>.</summary>
internal sealed class ConsistentHashPolicy(ClusterKnowledge knowledge) : ILoadBalancingPolicy
{
    public const string PolicyName = "ConsistentHash";

    public string Name => PolicyName;

    public DestinationState? PickDestination(
        HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations)
    {
        var partition = DataRequest.Of(context)?.Partition ?? -1;
        if (knowledge.Choose(partition, tried: null) is { } node)
        {
            for (var i = 0; i < availableDestinations.Count; i++)
            {
                if (availableDestinations[i].DestinationId == node.Name)
                {
                    return availableDestinations[i];
                }
            }
        }

        // Nothing is believed alive: the first one says so at once, or proves the belief wrong.
        return availableDestinations.Count > 0 ? availableDestinations[0] : null;
    }
}
