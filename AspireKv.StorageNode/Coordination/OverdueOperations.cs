using System.Collections.Concurrent;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Registry;
using Polly.Retry;
using Polly.Timeout;

namespace AspireKv.StorageNode.Coordination;

/// <summary>
/// Looks after operations that take long. Most operations end before anybody need look: they only pass through a queue. One that is still
/// pending after <see cref="CoordinationOptions.ResendAfter"/> enters a Polly pipeline that has its message sent again where it is lost,
/// the same one, with growing pauses, until the operation ends or its time is up; then the operation is abandoned. Nothing here makes a new
/// write of it.
/// </summary>
/// <remarks>
/// This is no chore of the plan that the Housekeeper carries out (<see cref="AspireKv.Cluster.Housekeeping.Chores"/>). A chore belongs to a
/// partition, nobody asked for it, and the plan says when it is due. Here the arrival of each operation and its pauses in the pipeline say
/// so: as a chore, the plan would only say how often the queue is looked at, and the times would be decided here all the same. And a
/// client's time-out would wait behind the chores of all partitions, each of which takes a lock.
/// </remarks>
internal sealed class OverdueOperations(
    ResiliencePipelineProvider<string> pipelines,
    TimeProvider time,
    IOptions<CoordinationOptions> options,
    IOptions<PartitionOptions> partitions,
    ILogger<OverdueOperations> logger) : BackgroundService
{
    public const string PipelineName = "resend";

    private static readonly ResiliencePropertyKey<TimeSpan> RemainingKey = new("remaining");

    private readonly ConcurrentQueue<Watched> _young = new();
    private long _lastLogged;
    private long _suppressed;

    /// <summary>
    /// The pipeline: a time-out for all of it, around sends with exponential pauses and jitter while the operation is pending.
    /// </summary>
    public static void Configure(ResiliencePipelineBuilder<bool> builder, CoordinationOptions options) => builder
        .AddTimeout(new TimeoutStrategyOptions
        {
            TimeoutGenerator = static arguments => ValueTask.FromResult(
                arguments.Context.Properties.GetValue(RemainingKey, TimeSpan.FromMilliseconds(1))),
        })
        .AddRetry(new RetryStrategyOptions<bool>
        {
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.ResendAfter,
            MaxDelay = options.MaxResendDelay,
        });

    public void Watch(PendingOperation operation, PendingRequest request) => _young.Enqueue(new Watched(operation, request));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(partitions.Value.TickInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // In order of arrival, so the first one that is young ends the look.
            while (_young.TryPeek(out var watched)
                && (watched.Operation.IsDone || time.GetElapsedTime(watched.Request.ArrivedAt) >= options.Value.ResendAfter))
            {
                _young.TryDequeue(out _);
                if (!watched.Operation.IsDone)
                {
                    _ = LookAfterAsync(watched);
                }
            }
        }
    }

    private async Task LookAfterAsync(Watched watched)
    {
        try
        {
            await ResendAsync(watched);
        }
        catch (Exception exception)
        {
            watched.Request.Fail(exception);
        }
    }

    private async Task ResendAsync(Watched watched)
    {
        var remaining = watched.Request.Timeout - time.GetElapsedTime(watched.Request.ArrivedAt);
        if (remaining > TimeSpan.FromMilliseconds(10))
        {
            var context = ResilienceContextPool.Shared.Get();
            context.Properties.Set(RemainingKey, remaining);
            try
            {
                await pipelines.GetPipeline<bool>(PipelineName).ExecuteAsync(
                    static (_, watched) =>
                    {
                        watched.Request.Partition.Resend(watched.Operation);
                        return ValueTask.FromResult(!watched.Operation.IsDone);
                    },
                    context,
                    watched);
            }
            catch (TimeoutRejectedException)
            {
                // The time is up: said to the client below.
            }
            finally
            {
                ResilienceContextPool.Shared.Return(context);
            }
        }

        if (!watched.Operation.IsDone)
        {
            watched.Request.Partition.Abandon(watched.Operation);
            LogAbandoned(watched);
        }
    }

    /// <summary>Once a second at most: without a quorum every operation ends like this.</summary>
    private void LogAbandoned(Watched watched)
    {
        var now = time.GetTimestamp();
        var last = Interlocked.Read(ref _lastLogged);
        if ((last != 0 && time.GetElapsedTime(last, now) < TimeSpan.FromSeconds(1))
            || Interlocked.CompareExchange(ref _lastLogged, now, last) != last)
        {
            Interlocked.Increment(ref _suppressed);
            return;
        }

        Log.EndedWithoutQuorum(
            logger,
            watched.Request.Request.Operation.Kind.ToString(),
            watched.Request.Partition.Partition,
            watched.Operation.MayHaveBeenApplied ? "unknown" : "not applied",
            time.GetElapsedTime(watched.Request.ArrivedAt, now).TotalMilliseconds,
            Interlocked.Exchange(ref _suppressed, 0));
    }

    private readonly record struct Watched(PendingOperation Operation, PendingRequest Request);
}
