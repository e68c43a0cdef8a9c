using AspireKv.Cluster.Replicas;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.Storage;
using AspireKv.Storage.Failures;
using AspireKv.StorageNode.Identity;

namespace AspireKv.StorageNode.Commands;

/// <summary>
/// What an operator may decide and the cluster never does by itself: that this node votes again with whatever it holds, since too many
/// replicas lost their memory for a quorum to rebuild it from. Run as <c>AspireKv.StorageNode accept-loss</c>, with the node's
/// configuration, while the node is stopped.
/// </summary>
internal static class AcceptLoss
{
    public const string Command = "accept-loss";

    public static Task RunAsync(WebApplication app)
    {
        Run(app.Services.GetRequiredService<StorageEngine>(), app.Services.GetRequiredService<LocalNode>(), app.Logger);
        return Task.CompletedTask;
    }

    /// <exception cref="StartUpException">The node was never part of a founded cluster, or has nothing to accept.</exception>
    /// <exception cref="StorageUnavailableException">The disk failed; nothing is sure to have changed.</exception>
    private static void Run(StorageEngine engine, LocalNode self, ILogger logger)
    {
        var founding = engine.Founding
            ?? throw new StartUpException("This node is not part of a founded cluster; there is nothing to accept.");
        var accepted = 0;
        var last = 0L;
        for (var partition = 0; partition < founding.PartitionCount; partition++)
        {
            if (engine.GetSnapshot(partition) is { IsLearner: true, Config: not null })
            {
                last = engine.Append(new LearnerMarked(partition, false));
                accepted++;
            }
        }

        if (accepted == 0)
        {
            throw new StartUpException(
                "This node waits to be rebuilt in no partition; there is nothing to accept. If its directory was lost just now, "
                + "start the node once first.");
        }

        if (!engine.WaitDurable(last))
        {
            throw new StorageUnavailableException("The decision could not be stored.", engine.Failure!);
        }

        Log.LossAccepted(logger, self.Name, accepted);
    }
}
