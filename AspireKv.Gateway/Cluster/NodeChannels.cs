using AspireKv.Cluster.Topology;
using AspireKv.ServiceDefaults;
using AspireKv.Transport.Client;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;

namespace AspireKv.Gateway.Cluster;

/// <summary>Opens a stream to every configured member and keeps it open until the process ends.</summary>
internal sealed class NodeChannels : IAsyncDisposable
{
    private readonly List<NodeChannel> _channels = [];

    public NodeChannels(
        NodeChannelFactory factory,
        ServiceEndpointResolver resolver,
        IOptions<ClusterMembersOptions> members,
        IOptions<GatewayOptions> options,
        TimeProvider time)
    {
        var links = new List<INodeLink>();
        foreach (var (id, name) in members.Value.Members)
        {
            var channel = factory.Create(new NodeId(id), name, cancellationToken => PeerAddress.ResolveAsync(resolver, name, cancellationToken));
            channel.Start();
            _channels.Add(channel);
            links.Add(new ChannelLink(channel, name, options.Value.SuspectAfter, time));
        }

        Links = links;
    }

    public IReadOnlyList<INodeLink> Links { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            await channel.DisposeAsync();
        }
    }
}
