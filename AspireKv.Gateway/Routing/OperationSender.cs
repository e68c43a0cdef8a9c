using System.Diagnostics;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Cluster;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.Routing;

/// <summary>
/// Sends an operation to a node, and to another one where that cannot repeat a change: a read always, a write only when it was certainly not sent, or when
/// the node answered that it was not applied and never will be. A write that was sent and not answered has an unknown outcome, and stays so.
/// </summary>
internal sealed class OperationSender(
    ClusterKnowledge knowledge, ClusterMonitor monitor, GatewayMetrics metrics, IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>How many nodes are asked for one operation.</summary>
    private const int MaxAttempts = 4;

    /// <summary>
    /// With less time than this left, no further node is asked: a change that is certainly not applied would only become one of unknown outcome.
    /// </summary>
    private static readonly TimeSpan ShortestAttempt = TimeSpan.FromMilliseconds(250);

    private readonly GatewayOptions _options = options.Value;

    /// <param name="request">The operation.</param>
    /// <param name="first">The node that the router chose.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone.</param>
    public async ValueTask<OperationResult> SendAsync(DataRequest request, INodeLink first, CancellationToken cancellationToken)
    {
        using var span = StartSpan(request, first);
        var node = first;
        List<INodeLink>? tried = null;
        for (var attempt = 1; ; attempt++)
        {
            var left = Left(request);
            var reply = await AttemptAsync(request, node, left, span, cancellationToken);
            knowledge.LearnHolder(request.Partition, reply.Result.Holder);
            if (IsFinal(request, reply))
            {
                return reply.Result;
            }

            monitor.Hurry();
            (tried ??= []).Add(node);
            if (attempt == MaxAttempts || Left(request) < ShortestAttempt || knowledge.Choose(request.Partition, tried) is not { } next)
            {
                return reply.Result;
            }

            metrics.CountRepeat(request.Operation.Kind);
            span?.AddEvent(new ActivityEvent("sent to another node"));
            node = next;
        }
    }

    private async ValueTask<OperationReply> AttemptAsync(
        DataRequest request, INodeLink node, TimeSpan left, Activity? span, CancellationToken cancellationToken)
    {
        var operation = new OperationRequest
        {
            Operation = request.Operation,
            AccessToken = request.AccessToken,
            Timeout = request.IsRead && left > _options.ReadAttemptTimeout && knowledge.HasOther(node) ? _options.ReadAttemptTimeout : left,
            Trace = span?.Context ?? TraceOfCaller(),
        };
        // Set before the call, since a failure inside it leaves open how far it got.
        request.IsSent = true;
        var reply = await node.ExecuteAsync(operation, cancellationToken);
        request.IsSent = reply.Delivery != Delivery.NotSent;
        return reply;
    }

    /// <summary>True when the client is to get this answer, whoever else might be asked.</summary>
    private static bool IsFinal(DataRequest request, OperationReply reply) => reply.Result.Outcome switch
    {
        // A write of unknown outcome is never repeated. It ends here however it came about: no answer, or an answer that says so.
        OperationOutcome.Unknown => !request.IsRead,
        // The gateway has found the token good: a node that does not may have a wrong clock, and another one hands the operation to it unseen.
        OperationOutcome.NotApplied => reply.Result.Reason is NotAppliedReason.Overloaded or NotAppliedReason.Invalid,
        _ => true,
    };

    private TimeSpan Left(DataRequest request)
    {
        var left = _options.OperationTimeout - time.GetElapsedTime(request.Started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static Activity? StartSpan(DataRequest request, INodeLink node)
    {
        var span = GatewayTelemetry.Source.StartActivity(GatewayTelemetry.SpanName(request.Operation.Kind), ActivityKind.Client);
        span?.SetTag("aspirekv.node", node.Name).SetTag("aspirekv.partition", request.Partition);
        return span;
    }

    /// <summary>The span that is current when ours is not sampled is not traced either, and then nobody need know it.</summary>
    private static ActivityContext TraceOfCaller() => Activity.Current is { Recorded: true } current ? current.Context : default;
}
