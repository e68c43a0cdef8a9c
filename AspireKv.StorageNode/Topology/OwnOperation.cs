using AspireKv.Cluster.Operations;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Topology;

/// <summary>An operation that this node asked of itself.</summary>
internal sealed class OwnOperation : IOperationAsker
{
    private readonly TaskCompletionSource<OperationResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<OperationResult> Result => _result.Task;

    public void SendOperationResult(long correlation, OperationResult result, TimeSpan? within = null) => _result.TrySetResult(result);
}
