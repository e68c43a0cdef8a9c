using System.Collections.Concurrent;
using System.Net;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Transport;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;
using AspireKv.Transport.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>A node behind the real transport, with a store that only remembers.</summary>
internal sealed class StreamNode : IPeerRequestHandler, IQuestionHandler<StatusRequest, NodeStatus>, IAsyncDisposable
{
    public const string Credential = "a shared secret of forty characters or so";

    private readonly WebApplication _app;
    private readonly Member _self;
    private readonly FoundingRecord _founding;
    private readonly FakeStore _store;

    private StreamNode(Member self, FoundingRecord founding, FakeStore store)
    {
        (_self, _founding, _store) = (self, founding, store);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("Cluster:Credential", Credential)]);
        builder.Services.AddPeerTransport(builder.Configuration);
        builder.Services.AddSingleton(
            new LocalPeer(new PeerIdentity(PeerRole.Node, self.Id, (ulong)self.Id.Value, self.Name), () => founding.ClusterId));
        builder.Services.AddSingleton<IPeerRequestHandler>(this);
        builder.Services.AddPeerListener();
        builder.Services.AddQuestionHandler(PeerQuestions.Status, _ => this);
        builder.WebHost.ConfigureKestrel(
            server => server.Listen(IPAddress.Loopback, 0, listen => listen.UseConnectionHandler<PeerConnectionHandler>()));
        _app = builder.Build();
    }

    public string Address => $"tcp://127.0.0.1:{new Uri(_app.Urls.First()).Port}";

    public NodeId Id => _self.Id;

    public ConcurrentQueue<OperationRequest> Arrivals { get; } = [];

    /// <summary>The connection breaks when the next operation has arrived, before any answer.</summary>
    public bool BreaksOnArrival { get; set; }

    public static async Task<StreamNode> StartAsync(Member self, FoundingRecord founding, FakeStore store)
    {
        var node = new StreamNode(self, founding, store);
        await node._app.StartAsync();
        return node;
    }

    public void OnOperation(IPeerConnection from, long correlation, OperationRequest request)
    {
        Arrivals.Enqueue(request);
        if (BreaksOnArrival)
        {
            throw new InvalidOperationException("The test breaks the connection here.");
        }

        from.SendOperationResult(correlation, _store.Execute(request.Operation, _self.Id));
    }

    public void OnAsked(Asked<StatusRequest, NodeStatus> asked) => asked.Answer(new NodeStatus(_self, _founding, [], []));

    public void OnPeerRequest(IPeerConnection from, PeerRequest request, System.Diagnostics.ActivityContext trace) =>
        throw new NotSupportedException("No peer is in the test.");

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
