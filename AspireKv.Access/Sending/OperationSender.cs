using System.Diagnostics;
using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Cluster.Operations;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.Options;

namespace AspireKv.Access.Sending;

/// <summary>
/// Sends an operation to a node, and to another one where that cannot repeat a change: a read always, a write only when it was certainly
/// not sent, or when the node answered that it was not applied and never will be. A write that was sent and not answered has an unknown
/// outcome, and stays so.
/// </summary>
public sealed class OperationSender(ClusterKnowledge knowledge, ClusterMonitor monitor, IOptions<AccessOptions> options, TimeProvider time)
{
    /// <summary>With less time left, no further node is asked.</summary>
    private static readonly TimeSpan ShortestAttempt = TimeSpan.FromMilliseconds(250);

    private readonly AccessOptions _options = options.Value;

    /// <summary>
    /// Sends the operation and waits for its end, for <see cref="AccessOptions.OperationTimeout"/> at most. Does not throw for what the
    /// network does.
    /// </summary>
    /// <param name="call">The operation; says afterwards how far it got.</param>
    /// <param name="first">The node to ask first.</param>
    /// <param name="cancellationToken">
    /// Cancelled when nobody waits for the answer any more; cancelling ends the wait, not the operation.
    /// </param>
    public async ValueTask<OperationResult> SendAsync(OperationCall call, INodeLink first, CancellationToken cancellationToken)
    {
        using var span = StartSpan(call, first);
        var node = first;
        List<INodeLink>? tried = null;
        for (var attempt = 1; ; attempt++)
        {
            var reply = await AttemptAsync(call, node, span, cancellationToken);
            knowledge.LearnHolder(call.Partition, reply.Result.Holder);
            if (RepeatRules.IsFinal(call.Operation.Kind, reply.Result))
            {
                return reply.Result;
            }

            monitor.Hurry();
            (tried ??= []).Add(node);
            if (!RepeatRules.MayAskAnother(attempt, Left(call), ShortestAttempt)
                || knowledge.Choose(call.Partition, tried) is not { } next)
            {
                return reply.Result;
            }

            call.Repeats++;
            span?.AddEvent(new ActivityEvent("sent to another node"));
            node = next;
        }
    }

    private async ValueTask<OperationReply> AttemptAsync(
        OperationCall call, INodeLink node, Activity? span, CancellationToken cancellationToken)
    {
        var left = Left(call);
        var request = new OperationRequest
        {
            Operation = call.Operation,
            AccessToken = call.AccessToken,
            Timeout = call.IsRead && left > _options.ReadAttemptTimeout && knowledge.HasOther(node) ? _options.ReadAttemptTimeout : left,
            Trace = span?.Context ?? TraceOfCaller(),
        };

        // Set before the call, since a failure inside it leaves open how far it got.
        call.IsSent = true;
        var reply = await node.ExecuteAsync(request, cancellationToken);
        call.IsSent = reply.Delivery != Delivery.NotSent;
        return reply;
    }

    private TimeSpan Left(OperationCall call)
    {
        var left = _options.OperationTimeout - time.GetElapsedTime(call.Started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static Activity? StartSpan(OperationCall call, INodeLink node)
    {
        var span = AccessTelemetry.Source.StartActivity(AccessTelemetry.NameOf(call.Operation.Kind), ActivityKind.Client);
        span?.SetTag("aspirekv.node", node.Name).SetTag("aspirekv.partition", call.Partition);
        return span;
    }

    /// <summary>The span that is current when ours is not sampled is not traced either, and then nobody need know it.</summary>
    private static ActivityContext TraceOfCaller() => Activity.Current is { Recorded: true } current ? current.Context : default;
}
