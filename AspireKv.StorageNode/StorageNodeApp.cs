using AspireKv.ServiceDefaults;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.Storage;
using AspireKv.StorageNode.Commands;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Inbox;
using AspireKv.StorageNode.Membership;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Peers;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode;

/// <summary>Puts the storage node together.</summary>
internal static class StorageNodeApp
{
    /// <summary>The program as its operator sees it.</summary>
    public static readonly ServiceProgram Service = new("storage node", typeof(StorageNodeApp).Assembly)
    {
        Commands =
        [
            new(
                AcceptLoss.Command,
                [],
                "Lets the stopped node vote again with what it holds, where too many replicas lost their memory.",
                static (partitions, settings) => NodeLives.RunAsync(() => Build(settings), app => AcceptLoss.RunAsync(app, partitions)))
            {
                More = "PARTITION ...",
            },
            new(
                SetAside.Command,
                [],
                "Moves all files of the stopped node aside; it is rebuilt from the others.",
                static (_, settings) => NodeLives.RunAsync(() => BuildForFiles(settings), SetAside.RunAsync)),
        ],
    };

    /// <summary>Runs the node until somebody stops it.</summary>
    /// <exception cref="StartUpException">The node must not start.</exception>
    public static Task RunAsync(string[] args) => NodeLives.RunAsync(() => Build(args), ServiceRunner.RunHostAsync);

    /// <param name="args">The command line.</param>
    /// <param name="configure">Changes to the host, made last; for tests.</param>
    /// <exception cref="StartUpException">The node must not start.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddServiceDefaults();
        builder.AddStorageNode();
        configure?.Invoke(builder);
        var app = Service.Build(builder);
        OpenStorage(app.Services);
        app.UseRequestMetrics();
        app.UseNoStore();
        app.UseRequestForm();
        app.UseManagement();
        app.UseRouting();
        app.MapDefaultEndpoints();
        return app;
    }

    /// <summary>What a command needs that works on the files of a node and opens none of them as its own.</summary>
    public static WebApplication BuildForFiles(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddServiceDefaults();
        builder.Services.AddNodeStorage();
        return Service.Build(builder);
    }

    /// <summary>
    /// Judges the options, opens the data directory before anything else runs, and compares what the cluster was founded with.
    /// </summary>
    private static void OpenStorage(IServiceProvider services)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        var engine = services.GetRequiredService<StorageEngine>();
        var configured = services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        if (engine.Founding is { } founding && FoundingCheck.FindDifference(founding, configured) is { } difference)
        {
            throw new StartUpException(difference);
        }

        services.GetRequiredService<Withdrawal>().Arm();

        // Nobody calls these gauges: they are observed from here on.
        services.GetRequiredService<PeerMetrics>();
        services.GetRequiredService<PartitionMetrics>();
    }
}
