using System.Net;
using AspireKv.Cluster.Topology;
using AspireKv.Dialing;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Monitoring;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AspireKv.Transport.Client;

/// <summary>Makes channels to nodes. A singleton; to be disposed after all of its channels, which it does not dispose.</summary>
public sealed class NodeChannelFactory : IDisposable
{
    private readonly ChannelDependencies _dependencies;

    internal NodeChannelFactory(
        LocalPeer local,
        ClusterCredential credential,
        IOptions<PeerTransportOptions> options,
        AddressRace addresses,
        TransportMetrics metrics,
        TimeProvider time,
        ILogger<NodeChannel> logger)
    {
        _dependencies = new ChannelDependencies(
            local, credential, options.Value, addresses, new Dialer(options.Value, logger), metrics, time, logger);
    }

    /// <summary>Makes a channel that does not yet connect: see <see cref="NodeChannel.Start"/>.</summary>
    /// <param name="remote">The node to talk to.</param>
    /// <param name="name">Its name, for logs and metrics.</param>
    /// <param name="resolve">
    /// Finds its addresses, in the order in which they are to be tried; called before each attempt to connect. The first at which the node
    /// answers is taken. A name stands for all its addresses.
    /// </param>
    /// <param name="handler">Takes the answers to peer requests, and connection events; null where none are needed.</param>
    public NodeChannel Create(
        NodeId remote,
        string name,
        Func<CancellationToken, ValueTask<IReadOnlyList<EndPoint>>> resolve,
        IPeerResponseHandler? handler = null) => new(remote, name, resolve, handler, _dependencies);

    public void Dispose() => _dependencies.Dialer.Dispose();
}
