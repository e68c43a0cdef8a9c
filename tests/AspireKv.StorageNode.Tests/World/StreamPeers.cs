using System.Diagnostics;
using System.Net;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Peers;
using AspireKv.Transport.Client;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>The peers of node 1 as it reaches them by real streams; all of them live.</summary>
internal sealed class StreamPeers : IPeers, IAsyncDisposable
{
    private readonly ServiceProvider _dialler = RemoteReplica.CreateDialler();
    private readonly Dictionary<NodeId, NodeChannel> _channels = [];

    public async Task ConnectAsync(NodeId node, EndPoint endPoint, IPeerResponseHandler answers)
    {
        var channel = _dialler.GetRequiredService<NodeChannelFactory>()
            .Create(node, $"node{node}", _ => ValueTask.FromResult<IReadOnlyList<EndPoint>>([endPoint]), answers);
        channel.Start();
        await Patience.UntilAsync(() => channel.IsConnected, $"the stream to node {node} is up");
        _channels.Add(node, channel);
    }

    public bool IsAlive(NodeId node) => true;

    public bool IsReached(NodeId node) => true;

    public bool IsCutOff(NodeId node) => false;

    public bool IsHandicapped(NodeId node) => false;

    public long? LastHeard(NodeId node) => _channels[node].LastHeard;

    public ulong? ProcessOf(NodeId node) => _channels[node].RemoteIdentity?.ProcessId;

    public long LinkTo(NodeId node) => _channels[node].Link;

    public TimeSpan TimeToSend(NodeId to, int valueBytes) => _channels[to].TimeToSend(valueBytes);

    public long TrySend(NodeId to, PeerRequest request, ActivityContext trace) => _channels[to].TrySend(request, trace);

    public ValueTask<OperationReply> ExecuteAsync(NodeId to, OperationRequest request) =>
        _channels[to].ExecuteAsync(request, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels.Values)
        {
            await channel.DisposeAsync();
        }

        await _dialler.DisposeAsync();
    }
}
