using System.Net;
using System.Security.Cryptography;
using AspireKv.AccessTokens;
using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Topology;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.Storage;
using AspireKv.Storage.Observers;
using AspireKv.StorageNode.Api;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Founding;
using AspireKv.StorageNode.Liveness;
using AspireKv.StorageNode.Peers;
using AspireKv.StorageNode.Rebuild;
using AspireKv.StorageNode.Replicas;
using AspireKv.StorageNode.Tombstones;
using AspireKv.Transport;
using AspireKv.Transport.Client;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;
using AspireKv.Transport.Server;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;
using Polly;
using Polly.Telemetry;

namespace AspireKv.StorageNode;

/// <summary>The composition of a storage node.</summary>
internal static class StorageNodeServices
{
    public static void AddStorageNode(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddNodeStorage();
        AddOptions<ClusterOptions, ClusterOptionsValidator>(services, ClusterOptions.SectionName);
        AddOptions<CoordinationOptions, CoordinationOptionsValidator>(services, CoordinationOptions.SectionName);
        AddOptions<LivenessOptions, LivenessOptionsValidator>(services, LivenessOptions.SectionName);
        services.AddOptions<LivenessOptions>().Validate<IOptions<PeerTransportOptions>>(
            static (liveness, transport) => liveness.SuspectAfter >= 2 * transport.Value.HeartbeatInterval,
            "Liveness:SuspectAfter must be at least twice PeerTransport:HeartbeatInterval, or every peer is suspect between two heartbeats.");
        AddOptions<TombstoneOptions, TombstoneOptionsValidator>(services, TombstoneOptions.SectionName);
        AddOptions<RebuildOptions, RebuildOptionsValidator>(services, RebuildOptions.SectionName);
        services.AddPeerTransport(builder.Configuration);
        services.AddPeerListener<RequestDispatcher>();
        services.AddQuestionHandler(PeerQuestions.Status, static provider => new StatusHandler(provider.GetRequiredService<Membership>()));
        services.AddQuestionHandler(PeerQuestions.Founding, static provider => provider.GetRequiredService<FoundingService>());
        services.AddAccessTokenValidation();
        AddNode(services);
        AddResilience(services);
        services.AddHealthChecks().AddCheck<StorageHealthCheck>("storage").AddCheck<ClusterHealthCheck>("cluster");
        OpenListeners(builder);
    }

    /// <summary>What a command needs that works on the files of a node and runs nothing of it.</summary>
    public static void AddNodeStorage(this WebApplicationBuilder builder)
    {
        AddOptions<NodeOptions, NodeOptionsValidator>(builder.Services, NodeOptions.SectionName);
        builder.Services.AddStorage(static provider =>
        {
            var node = provider.GetRequiredService<IOptions<NodeOptions>>().Value;
            return (node.DataDirectory, new NodeId(node.Id));
        });
        builder.Services.AddSingleton<NewLife>();
    }

    /// <summary>Opens the data directory before anything else runs, and compares what the cluster was founded with.</summary>
    /// <exception cref="StartUpException">The node must not start.</exception>
    public static void OpenStorage(this WebApplication app)
    {
        var members = app.Services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        var node = app.Services.GetRequiredService<IOptions<NodeOptions>>().Value;
        if (members.OrderedMembers.All(member => member.Key.Value != node.Id))
        {
            throw new StartUpException($"Node:Id is {node.Id}, which is none of Cluster:Members.");
        }

        var engine = app.Services.GetRequiredService<StorageEngine>();
        if (engine.Founding is { } founding && FoundingCheck.FindDifference(founding, members) is { } difference)
        {
            throw new StartUpException(difference);
        }

        var peers = app.Services.GetRequiredService<PeerConnectionHandler>();
        var newLife = app.Services.GetRequiredService<NewLife>();
        app.Services.GetRequiredService<StorageWatch>().Failed.ContinueWith(
            failed =>
            {
                peers.Withdraw($"its storage failed: {failed.Result.Exception.Message}");
                if (failed.Result.MayBeginAnew)
                {
                    newLife.Begin();
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

        // Nobody calls these gauges: they are observed from here on.
        app.Services.GetRequiredService<NodeMetrics>();
    }

    private static void AddNode(IServiceCollection services)
    {
        services.AddSingleton<ResponseDispatcher>();
        services.AddSingleton<LivenessTracker>();
        services.AddSingleton<CoordinationMetrics>();
        services.AddSingleton<NodeMetrics>();
        services.AddSingleton<OperationChecks>();
        services.AddSingleton<OperationRunner>();
        services.AddSingleton<DurableAnswers>();
        services.AddSingleton<StorageWatch>();
        services.AddSingleton<IStorageObserver>(static provider => provider.GetRequiredService<StorageWatch>());
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<ClusterOptions>>().Value;
            var engine = provider.GetRequiredService<StorageEngine>();
            var name = options.OrderedMembers.First(member => member.Key == engine.Identity.Node).Value;
            return new Membership(
                new Member(engine.Identity.Node, name, engine.Identity.Incarnation), engine, provider.GetRequiredService<LivenessTracker>);
        });
        services.AddSingleton(provider =>
        {
            var self = provider.GetRequiredService<Membership>().Self;
            var engine = provider.GetRequiredService<StorageEngine>();
            return new LocalPeer(
                new PeerIdentity(PeerRole.Node, self.Id, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), self.Name),
                () => engine.Founding?.ClusterId);
        });
        services.AddSingleton(provider => new PeerLinks(
            provider.GetRequiredService<NodeChannelFactory>(),
            provider.GetRequiredService<ServiceEndpointResolver>(),
            provider.GetRequiredService<ResponseDispatcher>(),
            provider.GetRequiredService<Membership>().Self.Id,
            provider.GetRequiredService<IOptions<ClusterOptions>>().Value.OrderedMembers));
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<CoordinationOptions>>().Value;
            return new NodeContext(
                provider.GetRequiredService<Membership>().Self.Id,
                provider.GetRequiredService<Membership>().Self.Incarnation,
                provider.GetRequiredService<LocalPeer>().Identity.ProcessId,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<StorageEngine>(),
                provider.GetRequiredService<DurableAnswers>(),
                provider.GetRequiredService<PeerLinks>(),
                provider.GetRequiredService<LivenessTracker>(),
                new CoordinatorOptions
                {
                    PrepareTimeout = options.PrepareTimeout,
                    GiveUpAfter = options.GiveUpAfter,
                    MaxSettledKeys = options.MaxSettledKeysPerPartition,
                    CopiedKeys = provider.GetRequiredService<IOptions<RebuildOptions>>().Value.KeysAtATime,
                },
                provider.GetRequiredService<ILogger<PartitionHost>>());
        });
        services.AddSingleton<Func<NodeContext>>(provider => provider.GetRequiredService<NodeContext>);
        AddHosted<OverdueOperations>(services);
        AddHosted<PartitionClock>(services);
        AddHosted<TombstoneSweeper>(services);
        AddHosted<LearnerRebuilder>(services);
        AddHosted<FoundingService>(services);
    }

    private static void AddResilience(IServiceCollection services)
    {
        // Under load with a slow replica these are several lines for each operation; counted they are of more use.
        services.Configure<TelemetryOptions>(static telemetry => telemetry.SeverityProvider = static _ => ResilienceEventSeverity.Debug);
        services.AddResiliencePipeline<string, bool>(
            OverdueOperations.PipelineName,
            static (builder, context) => OverdueOperations.Configure(
                builder, context.ServiceProvider.GetRequiredService<IOptions<CoordinationOptions>>().Value));
    }

    /// <summary>
    /// The peers' port is a listener of its own. Once one endpoint is named in code the server ignores its URLs, and says so: they are opened here, and taken
    /// from it.
    /// </summary>
    private static void OpenListeners(WebApplicationBuilder builder)
    {
        var urls = Urls(builder.Configuration).ToArray();
        // No address, but not empty either: the server would then look for them again where it found them first.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, ";");
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            var configured = context.Configuration[$"{NodeOptions.SectionName}:{nameof(NodeOptions.PeerEndpoint)}"];
            if (!IPEndPoint.TryParse(configured ?? "", out var peers) || peers.Port == 0)
            {
                throw new StartUpException(
                    $"{NodeOptions.SectionName}:{nameof(NodeOptions.PeerEndpoint)} is '{configured}'; it must be an IP address and a port, such as 127.0.0.1:7101.");
            }

            kestrel.AddServerHeader = false;
            kestrel.Listen(peers, listen => listen.UseConnectionHandler<PeerConnectionHandler>());
            foreach (var url in urls)
            {
                Listen(kestrel, BindingAddress.Parse(url));
            }
        });
    }

    private static void Listen(KestrelServerOptions kestrel, BindingAddress address)
    {
        if (address.Scheme != Uri.UriSchemeHttp)
        {
            throw new StartUpException($"A node listens with plain HTTP only, not with {address}; put TLS in front of it where it is needed.");
        }

        if (IPAddress.TryParse(address.Host, out var ip))
        {
            kestrel.Listen(ip, address.Port);
        }
        else if (address.Host == "localhost")
        {
            kestrel.ListenLocalhost(address.Port);
        }
        else
        {
            kestrel.ListenAnyIP(address.Port);
        }
    }

    /// <summary>Where the HTTP side listens, as ASP.NET Core reads it.</summary>
    private static IEnumerable<string> Urls(ConfigurationManager configuration) =>
        configuration[WebHostDefaults.ServerUrlsKey]?.Split(';', StringSplitOptions.RemoveEmptyEntries)
        ?? configuration[WebHostDefaults.HttpPortsKey]?.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(port => $"http://*:{port}")
        ?? [];

    private static void AddOptions<TOptions, TValidator>(IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
    }

    private static void AddHosted<T>(IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
