using AspireKv.StorageNode.Identity;

namespace AspireKv.StorageNode.Topology;

/// <summary>
/// Ends a node that is no member any more, with one line: by exit code 0 where it ends what the operator ended, by 1 where somebody
/// started it again with the files of the member that it was.
/// </summary>
internal sealed class Removal(
    KnownTopology known, LocalNode self, ILives lives, IHostApplicationLifetime lifetime, ILogger<Removal> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var version = await known.Removal.WaitAsync(stoppingToken);
        Log.Removed(logger, self.Name, version);

        // Where the node was removed before this start, nobody let this start in.
        var wasMember = known.Current is { } last && lives.MayVote(last.Partitions[last.SystemPartition].Config.Quorum);
        Environment.ExitCode = wasMember ? 0 : 1;
        lifetime.StopApplication();
    }
}
