using System.Diagnostics;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Partitions;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Coordination;

/// <summary>One request of a gateway, of another node or of this one, from its arrival to its answer. A request is answered once.</summary>
internal sealed class PendingRequest(
    OperationRunner runner,
    PartitionHost partition,
    IOperationAsker asker,
    long correlation,
    OperationRequest request,
    long arrivedAt,
    TimeSpan timeout,
    Activity? activity) : ITracedOwner
{
    private int _isAnswered;

    public OperationRequest Request { get; } = request;

    /// <summary>The partition that the key of the request lies in.</summary>
    public PartitionHost Partition { get; } = partition;

    /// <summary>When the request arrived, as a timestamp of the <see cref="TimeProvider"/>.</summary>
    public long ArrivedAt { get; } = arrivedAt;

    /// <summary>How long the request may take from its arrival on.</summary>
    public TimeSpan Timeout { get; } = timeout;

    public ActivityContext Trace => activity?.Context ?? default;

    public void OnEnded(PendingOperation operation, OperationResult result) => runner.Complete(this, result);

    public void Forward(PendingOperation operation, NodeId to) => runner.Forward(this, operation.Hops, to);

    /// <inheritdoc cref="OperationRunner.Fail"/>
    public void Fail(Exception exception) => runner.Fail(this, exception);

    /// <summary>True for the one caller that is to answer the sender.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _isAnswered, 1) == 0;

    /// <summary>Answers the sender; once, after <see cref="TryEnd"/>.</summary>
    /// <param name="result">How the operation ended.</param>
    /// <param name="took">The time since the request arrived.</param>
    public void Answer(OperationResult result, TimeSpan took)
    {
        asker.SendOperationResult(correlation, result, within: Request.Timeout - took);
        if (activity is not null)
        {
            activity.SetTag("aspirekv.outcome", result.Outcome.ToString());
            activity.SetStatus(result.Outcome == OperationOutcome.Unknown ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
            activity.Dispose();
        }
    }
}
