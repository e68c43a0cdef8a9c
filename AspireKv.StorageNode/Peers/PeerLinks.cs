using System.Diagnostics;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.ServiceDefaults;
using AspireKv.Transport.Client;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.ServiceDiscovery;

namespace AspireKv.StorageNode.Peers;

/// <summary>The streams from this node to every other member.</summary>
internal sealed class PeerLinks : IAsyncDisposable
{
    private readonly Dictionary<NodeId, NodeChannel> _channels;

    public PeerLinks(
        NodeChannelFactory factory,
        ServiceEndpointResolver resolver,
        IPeerResponseHandler handler,
        NodeId self,
        IReadOnlyList<KeyValuePair<NodeId, string>> members)
    {
        _channels = members
            .Where(member => member.Key != self)
            .ToDictionary(
                member => member.Key,
                member => factory.Create(
                    member.Key, member.Value, cancellationToken => PeerAddress.ResolveAsync(resolver, member.Value, cancellationToken), handler));
    }

    public IReadOnlyDictionary<NodeId, NodeChannel> Channels => _channels;

    public void Start()
    {
        foreach (var channel in _channels.Values)
        {
            channel.Start();
        }
    }

    /// <summary>Sends if there is a connection; a message that cannot be sent is lost, as any may be.</summary>
    public void TrySend(NodeId to, PeerRequest request, ActivityContext trace)
    {
        if (_channels.TryGetValue(to, out var channel))
        {
            channel.TrySend(request, trace);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels.Values)
        {
            await channel.DisposeAsync();
        }
    }
}
