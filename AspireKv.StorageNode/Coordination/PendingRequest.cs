using System.Diagnostics;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Replicas;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Coordination;

/// <summary>
/// One request of a gateway or of another node, from its arrival to its answer. It is answered once.
/// </summary>
internal sealed class PendingRequest(
    OperationRunner runner,
    PartitionHost partition,
    IPeerConnection connection,
    long correlation,
    OperationRequest request,
    long arrivedAt,
    TimeSpan timeout,
    Activity? activity) : IOperationOwner
{
    private int _isAnswered;

    /// <summary>The partition of its key at this node.</summary>
    public PartitionHost Partition { get; } = partition;

    public OperationRequest Request { get; } = request;

    /// <summary>When it arrived, as a timestamp of the <see cref="TimeProvider"/>.</summary>
    public long ArrivedAt { get; } = arrivedAt;

    /// <summary>How long it may take from its arrival on.</summary>
    public TimeSpan Timeout { get; } = timeout;

    /// <summary>The span that covers it, or null when it is not sampled.</summary>
    public Activity? Activity { get; } = activity;

    public bool IsAnswered => Volatile.Read(ref _isAnswered) != 0;

    void IOperationOwner.OnEnded(PendingOperation operation, OperationResult result) => runner.Complete(this, result);

    void IOperationOwner.Forward(PendingOperation operation, NodeId to) => runner.Forward(this, operation.Hops, to);

    /// <summary>Answers the sender; false when that was done before.</summary>
    public bool TryAnswer(OperationResult result)
    {
        if (Interlocked.Exchange(ref _isAnswered, 1) != 0)
        {
            return false;
        }

        try
        {
            connection.SendOperationResult(correlation, result);
        }
        catch (ArgumentException)
        {
            // What was found is over a bound of the stream, which was lowered since. This runs in the middle of others' work, which must go on.
            connection.SendOperationResult(correlation, OperationResult.NotApplied(NotAppliedReason.Invalid));
        }

        if (Activity is not null)
        {
            Activity.SetTag("aspirekv.outcome", result.Outcome.ToString());
            Activity.SetStatus(result.Outcome == OperationOutcome.Unknown ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
            Activity.Dispose();
        }

        return true;
    }
}
