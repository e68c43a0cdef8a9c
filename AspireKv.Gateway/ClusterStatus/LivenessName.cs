using AspireKv.Cluster.Status;

namespace AspireKv.Gateway.ClusterStatus;

/// <summary>How the API names the liveness of a node.</summary>
internal static class LivenessName
{
    public static string Of(NodeLiveness liveness) => liveness switch
    {
        NodeLiveness.Alive => "alive",
        NodeLiveness.Suspect => "suspect",
        _ => "dead",
    };

    /// <summary>How the member itself sees the others, by number of the node; empty where it told nothing.</summary>
    public static Dictionary<string, string> OfPeers(NodeStatus? status) =>
        status?.Peers.ToDictionary(peer => peer.Key.ToString(), peer => Of(peer.Value)) ?? [];
}
