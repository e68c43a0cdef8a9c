using System.Diagnostics;
using System.Net;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.Transport;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>Another node behind a real stream, with a replica that agrees to everything and keeps nothing.</summary>
internal sealed class RemoteReplica : IPeerRequestHandler, IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _accepts;

    private RemoteReplica(NodeId node)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        AddTransport(builder.Services, node);
        builder.Services.AddSingleton<IPeerRequestHandler>(this).AddPeerListener();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseConnectionHandler<PeerConnectionHandler>()));
        _app = builder.Build();
    }

    public IPEndPoint EndPoint { get; private set; } = null!;

    /// <summary>How many entries it was sent.</summary>
    public long Accepts => Interlocked.Read(ref _accepts);

    public static async Task<RemoteReplica> StartAsync(NodeId node)
    {
        var replica = new RemoteReplica(node);
        await replica._app.StartAsync();
        var address = replica._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        replica.EndPoint = new IPEndPoint(IPAddress.Loopback, new Uri(address).Port);
        return replica;
    }

    /// <summary>What node 1 dials others with; to be disposed.</summary>
    public static ServiceProvider CreateDialler()
    {
        var services = new ServiceCollection().AddLogging().AddMetrics();
        AddTransport(services, new NodeId(1));
        return services.BuildServiceProvider();
    }

    public void OnPeerRequest(IPeerConnection from, PeerRequest request, ActivityContext trace)
    {
        if (request.Kind == PeerRequestKind.Accept)
        {
            Interlocked.Increment(ref _accepts);
        }

        from.Send(Some.Answer(request, request.Kind switch
        {
            PeerRequestKind.Prepare => PeerResponseKind.Promised,
            PeerRequestKind.Accept => PeerResponseKind.Accepted,
            PeerRequestKind.Confirm => PeerResponseKind.Confirmed,
            _ => PeerResponseKind.Unanswered,
        }));
    }

    public void OnOperation(IPeerConnection from, long correlation, OperationRequest request) =>
        throw new InvalidOperationException("Nothing is forwarded in these tests.");

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static void AddTransport(IServiceCollection services, NodeId node)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Cluster:Credential", "a secret of the tests, and long enough")]).Build();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton(new LocalPeer(new PeerIdentity(PeerRole.Node, node, (ulong)node.Value, $"node{node}"), static () => null));
        services.AddPeerTransport(configuration);
    }
}
