using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Partitions;
using AspireKv.Transport.Server;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Inbox;

/// <summary>
/// A node that is asked to stop leaves nothing open that need not be. While everything still runs it lets what it coordinates end and hands
/// each partition on; then it sends its peers away, which go once they have their answers. Until they have gone the node serves as a voter,
/// and passes on what clients ask it.
/// </summary>
/// <remarks>
/// The peers come last: to the other nodes one that sent them away is gone, and they would take the ballots under which writes are under
/// way. Bounded by <see cref="CoordinationOptions.DrainTimeout"/> and by the host's own time limit, after which the streams are cut.
/// </remarks>
internal sealed class NodeDrain(
    HostedPartitions hosted,
    PeerConnectionHandler peers,
    TimeProvider time,
    IOptions<CoordinationOptions> options,
    IOptions<PartitionOptions> partitions,
    ILogger<NodeDrain> logger) : IHostedLifecycleService
{
    /// <summary>Before anything else of the host is stopped.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Log.Draining(logger);
        var started = time.GetTimestamp();
        using var patience = new CancellationTokenSource(options.Value.DrainTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            foreach (var partition in hosted.All)
            {
                partition.StandDown();
            }

            await UntilAsync(() => CountLed() == 0, either.Token);

            // First the others are to know that the ballots are given up: a node to which the holder is merely gone takes the ballot
            // itself, and two that do so are in each other's way.
            await Task.Delay(partitions.Value.TickInterval, time, either.Token);
            peers.GoAway();
            await UntilAsync(() => peers.Connections.Count == 0, either.Token);
            Log.Drained(logger, time.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (OperationCanceledException)
        {
            Log.NotDrained(logger, CountLed(), peers.Connections.Count);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private int CountLed() => hosted.All.Count(static partition => !partition.HasStoodDown);

    private async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(partitions.Value.TickInterval, time);
        while (!condition())
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
