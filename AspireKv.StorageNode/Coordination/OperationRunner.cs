using System.Diagnostics;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Peers;
using AspireKv.StorageNode.Telemetry;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Coordination;

/// <summary>
/// Takes requests, brings them to their partition, hands them to other nodes where those coordinate, and answers them. Bounded: past
/// <see cref="CoordinationOptions.MaxPendingOperations"/> it refuses.
/// </summary>
internal sealed class OperationRunner(
    IPeers peers,
    OverdueOperations overdue,
    CoordinationMetrics metrics,
    TimeProvider time,
    IOptions<CoordinationOptions> options,
    ILogger<OperationRunner> logger)
{
    /// <summary>
    /// How much of the sender's time is left for the way back, so that the sender learns how the operation ended and need not guess.
    /// </summary>
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromMilliseconds(100);

    private int _pending;

    /// <summary>Starts work on a checked request; its answer goes to whoever brought it.</summary>
    public void Start(IOperationAsker from, long correlation, OperationRequest request, PartitionHost partition)
    {
        if (!TryTakePlace(from, correlation, request))
        {
            return;
        }

        var timeout = TimeOf(request);
        var activity = request.Trace == default
            ? null
            : NodeTracing.Source.StartActivity($"kv {request.Operation.Kind}", ActivityKind.Server, request.Trace);
        if (activity is not null)
        {
            Activity.Current = null;
        }

        var pending = new PendingRequest(this, partition, from, correlation, request, time.GetTimestamp(), timeout, activity);
        try
        {
            Submit(pending, request.HopCount);
        }
        catch (Exception exception)
        {
            Fail(pending, exception);
        }
    }

    /// <summary>
    /// Hands the request of another node to the one that it is for and that the sender does not reach, over this node's own connection and
    /// once.
    /// </summary>
    public void Relay(IOperationAsker from, long correlation, OperationRequest request)
    {
        if (TryTakePlace(from, correlation, request))
        {
            _ = RelayAsync(from, correlation, request);
        }
    }

    /// <summary>Answers the request. Called under the partition's lock: it must not wait.</summary>
    public void Complete(PendingRequest request, OperationResult result)
    {
        if (request.TryEnd())
        {
            // The place first: a sender that hears the answer may ask again at once.
            Interlocked.Decrement(ref _pending);
            var took = time.GetElapsedTime(request.ArrivedAt);
            request.Answer(result, took);
            if (!request.Request.IsOfSystem)
            {
                metrics.Ended(request.Request.Operation.Kind, result, took);
            }
        }
    }

    /// <summary>
    /// Ends a request whose work broke off by an error of the program: what it did by then nobody knows. A request that nobody ends would
    /// count as pending for ever.
    /// </summary>
    public void Fail(PendingRequest request, Exception exception)
    {
        Log.OperationFailed(logger, request.Request.Operation.Kind.ToString(), request.Partition.Partition, exception);
        Complete(request, OperationResult.Unknown);
    }

    /// <summary>Hands the request to another node, once. Called under the partition's lock.</summary>
    public void Forward(PendingRequest request, int hops, NodeId to) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = TryForwardAsync(request, hops, to), null);

    private bool TryTakePlace(IOperationAsker from, long correlation, OperationRequest request)
    {
        if (Interlocked.Increment(ref _pending) <= options.Value.MaxPendingOperations)
        {
            return true;
        }

        Interlocked.Decrement(ref _pending);
        metrics.Overloaded(request.Operation.Kind);
        from.SendOperationResult(correlation, OperationResult.NotApplied(NotAppliedReason.Overloaded));
        return false;
    }

    private TimeSpan TimeOf(OperationRequest request)
    {
        var timeout = request.Timeout > 2 * AnswerMargin ? request.Timeout - AnswerMargin : request.Timeout / 2;
        return timeout < options.Value.OperationTimeout ? timeout : options.Value.OperationTimeout;
    }

    private async Task RelayAsync(IOperationAsker from, long correlation, OperationRequest request)
    {
        var start = time.GetTimestamp();
        var result = OperationResult.NotApplied(NotAppliedReason.NotReached);
        try
        {
            if (peers.IsReached(request.RelayTo))
            {
                var reply = await peers.ExecuteAsync(request.RelayTo, request with { Timeout = TimeOf(request) });
                metrics.Relayed(reply.Delivery);
                result = reply is { Delivery: Delivery.NotSent, Result.Reason: NotAppliedReason.NoQuorum } ? result : reply.Result;
            }
        }
        catch (Exception exception)
        {
            Log.RelayFailed(logger, request.RelayTo, exception);
            result = OperationResult.Unknown;
        }

        Interlocked.Decrement(ref _pending);
        from.SendOperationResult(correlation, result, within: request.Timeout - time.GetElapsedTime(start));
    }

    private void Submit(PendingRequest request, int hops)
    {
        var operation = new PendingOperation(request.Request.Operation, hops, request)
        {
            Deadline = time.GetElapsedTime(0, request.ArrivedAt) + request.Timeout,
        };
        request.Partition.Submit(operation);
        if (!operation.IsDone)
        {
            overdue.Watch(operation, request);
        }
    }

    private async Task TryForwardAsync(PendingRequest request, int hops, NodeId to)
    {
        try
        {
            await ForwardAsync(request, hops, to);
        }
        catch (Exception exception)
        {
            Fail(request, exception);
        }
    }

    private async Task ForwardAsync(PendingRequest request, int hops, NodeId to)
    {
        var remaining = request.Timeout - time.GetElapsedTime(request.ArrivedAt);
        if (remaining <= TimeSpan.Zero)
        {
            Complete(request, OperationResult.NotApplied(NotAppliedReason.NoQuorum));
            return;
        }

        var reply = await peers.ExecuteAsync(
            to, request.Request with { HopCount = hops, AccessToken = default, Timeout = remaining, Trace = request.Trace });
        metrics.Forwarded(reply.Delivery);
        if (RepeatRules.IsRoutedAgain(request.Request.Operation.Kind, reply.Delivery != Delivery.NotSent, reply.Result))
        {
            Submit(request, hops);
        }
        else
        {
            Complete(request, reply.Result);
        }
    }
}
