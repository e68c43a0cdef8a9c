using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Client;
using Microsoft.Extensions.Options;

namespace AspireKv.Access.Nodes;

/// <summary>Opens a stream to each node.</summary>
internal sealed class ChannelLinkFactory(NodeChannelFactory channels, INodeAddresses addresses, IOptions<AccessOptions> options)
    : INodeLinkFactory
{
    /// <summary>Nothing is taken over from a node by whoever only asks it, so no silence on an open stream is too long.</summary>
    private readonly LivenessRule _rule = new(options.Value.SuspectAfter, TimeSpan.MaxValue);

    public INodeLink Open(NodeId node, string name, string hint)
    {
        var channel = channels.Create(node, name, cancellationToken => addresses.ResolveAsync(name, hint, cancellationToken));
        channel.Start();
        return new ChannelLink(channel, name, _rule);
    }
}
