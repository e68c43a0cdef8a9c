using System.Diagnostics.CodeAnalysis;

namespace AspireKv.Cluster.Coordination;

/// <summary>The operation whose turn it is on one key, and those that wait, first come first served.</summary>
internal sealed class KeyTurn(PendingOperation current)
{
    private LinkedList<PendingOperation>? _waiting;

    public PendingOperation Current { get; private set; } = current;

    public int WaitingCount => _waiting?.Count ?? 0;

    public IEnumerable<PendingOperation> Waiting => _waiting ?? Enumerable.Empty<PendingOperation>();

    public void Enqueue(PendingOperation operation) => (_waiting ??= []).AddLast(operation);

    public void Remove(PendingOperation operation) => _waiting?.Remove(operation);

    /// <summary>Gives the turn to the next one; false when nobody waits.</summary>
    public bool TryPass([NotNullWhen(true)] out PendingOperation? next)
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
