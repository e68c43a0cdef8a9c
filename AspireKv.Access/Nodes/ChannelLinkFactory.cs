using AspireKv.Cluster.Topology;
using AspireKv.Transport.Client;
using Microsoft.Extensions.Options;

namespace AspireKv.Access.Nodes;

/// <summary>Opens a stream to each node.</summary>
internal sealed class ChannelLinkFactory(
    NodeChannelFactory channels, INodeAddresses addresses, IOptions<AccessOptions> options, TimeProvider time) : INodeLinkFactory
{
    public INodeLink Open(NodeId node, string name)
    {
        var channel = channels.Create(node, name, cancellationToken => addresses.ResolveAsync(name, cancellationToken));
        channel.Start();
        return new ChannelLink(channel, name, options.Value.SuspectAfter, time);
    }
}
