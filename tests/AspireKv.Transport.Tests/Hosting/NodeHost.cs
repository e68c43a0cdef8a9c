using System.Collections.Concurrent;
using System.Net;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Monitoring;
using AspireKv.Transport.Questions;
using AspireKv.Transport.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AspireKv.Transport.Tests.Hosting;

/// <summary>A node as far as the transport goes: a Kestrel with a peer listener on a free loopback port.</summary>
internal sealed class NodeHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private NodeHost(WebApplication app, IPEndPoint endPoint, PeerConnectionHandler connectionHandler, ConcurrentQueue<string> lines)
    {
        _app = app;
        EndPoint = endPoint;
        ConnectionHandler = connectionHandler;
        Lines = lines;
    }

    public IPEndPoint EndPoint { get; }

    public PeerConnectionHandler ConnectionHandler { get; }

    public ConcurrentQueue<string> Lines { get; }

    public static async Task<NodeHost> StartAsync(
        IPeerRequestHandler handler,
        int port = 0,
        string secret = TestPeers.Secret,
        Guid? clusterId = null,
        PeerTransportOptions? options = null,
        TestMeters? meters = null,
        PeerIdentity? identity = null,
        Func<NodeId, bool>? mayConnect = null,
        Action<ConnectionContext>? onAuthenticated = null,
        Func<NodeCondition>? condition = null)
    {
        var lines = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new LocalPeer(identity ?? TestPeers.Node2, () => clusterId, mayConnect, condition));
        builder.Services.AddSingleton(new ClusterCredential(secret));
        builder.Services.AddSingleton(handler);
        builder.Services.AddSingleton(Options.Create(options ?? TestPeers.Options()));
        builder.Services.AddSingleton(meters is null ? TestPeers.Metrics() : new TransportMetrics(meters));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ILogger<PeerConnectionHandler>>(new RecordingLogger<PeerConnectionHandler>(lines));
        builder.Services.AddPeerListener();
        builder.Services.AddQuestionHandler(Echo.Question, _ => new EchoHandler());
        if (handler is RecordingHandler recording)
        {
            builder.Services.AddQuestionHandler(PeerQuestions.Status, _ => recording);
            builder.Services.AddQuestionHandler(PeerQuestions.Founding, _ => recording);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Run(
                connection => kestrel.ApplicationServices.GetRequiredService<PeerConnectionHandler>()
                    .OnConnectedAsync(connection, onAuthenticated ?? (static _ => { })))));
        var app = builder.Build();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var endPoint = new IPEndPoint(IPAddress.Loopback, new Uri(address).Port);
        return new NodeHost(app, endPoint, app.Services.GetRequiredService<PeerConnectionHandler>(), lines);
    }

    /// <summary>Ends it as SIGTERM would: with all the time it wants.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    /// <summary>Ends it as a crash would, from the clients' view: without a word.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await _app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped without grace, as asked for.
        }

        await _app.DisposeAsync();
    }
}
