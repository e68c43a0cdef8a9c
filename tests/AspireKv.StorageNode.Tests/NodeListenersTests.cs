using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Tests.World;
using AspireKv.Transport;
using AspireKv.Transport.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AspireKv.StorageNode.Tests;

public sealed class NodeListenersTests
{
    private const int MaxPendingHandshakes = 9;

    /// <summary>
    /// The node accepts no more while ten are undecided. The first member drives out a stranger and the second takes the place of that one:
    /// the third finds one only where members count no more once they are known.
    /// </summary>
    [Fact]
    public async Task PeerPort_AsManySilentStrangersAsItBears_LetsMembersIn()
    {
        var endPoint = new IPEndPoint(IPAddress.Loopback, FreePort());
        await using var node = Build(endPoint);
        await node.StartAsync();
        var strangers = new List<TcpClient>();
        try
        {
            for (var i = 0; i < MaxPendingHandshakes; i++)
            {
                strangers.Add(new TcpClient());
                await strangers[i].ConnectAsync(endPoint);
            }

            await using var first = new StreamPeers();
            await first.ConnectAsync(new NodeId(2), endPoint, new NoAnswers());
            await using var second = new StreamPeers();
            await second.ConnectAsync(new NodeId(2), endPoint, new NoAnswers());
            await using var third = new StreamPeers();
            await third.ConnectAsync(new NodeId(2), endPoint, new NoAnswers());
        }
        finally
        {
            strangers.ForEach(static stranger => stranger.Dispose());
        }
    }

    private static WebApplication Build(IPEndPoint endPoint)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
        [
            new("urls", "http://127.0.0.1:0"),
            new("Node:PeerEndpoint", $"{endPoint}"),
            new("Cluster:Credential", "a secret of the tests, and long enough"),
            new("PeerTransport:MaxPendingHandshakes", $"{MaxPendingHandshakes}"),
            new("PeerTransport:HandshakeTimeout", "00:01:00"),
        ]);
        builder.AddNodeListeners();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new LocalPeer(new PeerIdentity(PeerRole.Node, new NodeId(2), 2, "node2"), static () => null));
        builder.Services.AddPeerTransport(builder.Configuration).AddPeerListener<NoRequests>();
        return builder.Build();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class NoAnswers : IPeerResponseHandler
    {
        public void OnPeerResponse(NodeId from, PeerResponse response)
        {
        }
    }

    private sealed class NoRequests : IPeerRequestHandler
    {
        public void OnPeerRequest(IPeerConnection from, PeerRequest request, ActivityContext trace)
        {
        }

        public void OnOperation(IPeerConnection from, long correlation, OperationRequest request)
        {
        }
    }
}
