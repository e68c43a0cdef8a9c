using System.Collections.Concurrent;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>Keeps what became of the operations that it owns.</summary>
internal sealed class TestOwner : IOperationOwner
{
    private readonly BlockingCollection<OperationResult> _results = [];
    private readonly BlockingCollection<NodeId> _forwards = [];

    public bool HasResult => _results.Count > 0;

    public void OnEnded(PendingOperation operation, OperationResult result) => _results.Add(result);

    public void Forward(PendingOperation operation, NodeId to) => _forwards.Add(to);

    public OperationResult TakeResult() => Patience.Take(_results);

    public NodeId TakeForward() => Patience.Take(_forwards);
}
