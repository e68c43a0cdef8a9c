using AspireKv.Cluster.Membership;

namespace AspireKv.Simulation.Tests.World;

/// <summary>Runs the founding of one process: asks the other seeds, stores the record, and joins.</summary>
internal sealed class FoundingTalk
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(4);

    private readonly SimulatedCluster _cluster;
    private readonly SimulatedNode _node;
    private readonly FoundingState _state;
    private readonly Queue<Action> _waiting = new();
    private bool _isStoring;
    private bool _hasJoined;

    public FoundingTalk(SimulatedCluster cluster, SimulatedNode node)
    {
        _cluster = cluster;
        _node = node;
        _state = new FoundingState(node.Self, [.. cluster.Nodes.Select(member => member.Id)], node.Disk.Founding, cluster.Found);
    }

    public void Begin()
    {
        Proceed();
        Ask();
    }

    public void OnRequest(SimulatedNode from, FoundingRequestMessage message) => InTurn(() =>
    {
        _state.OnRequest(message.Request);
        InTurnAfterStoring(() => _cluster.Send(_node, from, new FoundingResponseMessage(message.Process, _state.CreateResponse()!)));
    });

    public void OnResponse(FoundingResponse response) => InTurn(() =>
    {
        _state.OnResponse(response);
        Proceed();
    });

    /// <summary>The process ended; a record that was being written is there or not.</summary>
    public void Crash()
    {
        if (_isStoring && _cluster.Random.Chance(0.5))
        {
            _node.Disk.Founding = _state.ToStore;
        }
    }

    private void InTurnAfterStoring(Action action)
    {
        Proceed();
        InTurn(action);
    }

    /// <summary>Nothing is answered or learned while the record is being stored, as under the product's lock.</summary>
    private void InTurn(Action action)
    {
        if (_isStoring)
        {
            _waiting.Enqueue(action);
        }
        else
        {
            action();
        }
    }

    private void Proceed()
    {
        if (_state.ToStore is { } record && !_isStoring)
        {
            _isStoring = true;
            _cluster.Events.AfterIn(_node, _cluster.Random.Milliseconds(0.1, 3), () => Stored(record));
        }
        else if (_state.Record is { } known && !_hasJoined)
        {
            _hasJoined = true;
            _node.Join(known);
        }
    }

    private void Stored(FoundingRecord record)
    {
        _cluster.Count();
        _cluster.Log($"node {_node.Id} stored the founding {record.ClusterId}");
        _node.Disk.Founding = record;
        _isStoring = false;
        _state.OnStored();
        Proceed();
        while (!_isStoring && _waiting.TryDequeue(out var action))
        {
            action();
        }
    }

    private void Ask()
    {
        foreach (var seed in _state.Outstanding)
        {
            _cluster.Send(_node, _cluster.NodeOf(seed), new FoundingRequestMessage(_node.Process, _state.CreateRequest()));
        }

        _cluster.Events.AfterIn(_node, AskInterval, Ask);
    }
}
