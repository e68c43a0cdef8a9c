using System.Net;
using AspireKv.Cluster.Topology;

namespace AspireKv.Transport;

/// <summary>Makes channels to nodes; a singleton of the container, which disposes no channel.</summary>
public sealed class NodeChannelFactory
{
    /// <param name="remote">The node to talk to.</param>
    /// <param name="name">Its name, for logs and metrics.</param>
    /// <param name="resolve">Finds its address; called before each attempt to connect.</param>
    /// <param name="handler">Takes the answers to peer requests, and connection events; null where none are needed.</param>
    public NodeChannel Create(
        NodeId remote, string name, Func<CancellationToken, ValueTask<EndPoint>> resolve, IPeerResponseHandler? handler = null) =>
        throw new NotImplementedException();
}
