using System.Diagnostics.CodeAnalysis;
using AspireKv.Cluster.Coordination.Tasks;

namespace AspireKv.Cluster.Coordination;

/// <summary>The operation whose turn it is on one key, and those that wait, first come first served.</summary>
internal sealed class KeyTurn(PendingTask current)
{
    private LinkedList<PendingTask>? _waiting;

    public PendingTask Current { get; private set; } = current;

    public int WaitingCount => _waiting?.Count ?? 0;

    public IEnumerable<PendingTask> Waiting => _waiting ?? Enumerable.Empty<PendingTask>();

    public void Enqueue(PendingTask operation) => (_waiting ??= []).AddLast(operation);

    public void Remove(PendingTask operation) => _waiting?.Remove(operation);

    /// <summary>Gives the turn to the next one; false when nobody waits.</summary>
    public bool TryPass([NotNullWhen(true)] out PendingTask? next)
    {
        next = _waiting?.First?.Value;
        if (next is null)
        {
            return false;
        }

        _waiting!.RemoveFirst();
        Current = next;
        return true;
    }
}
