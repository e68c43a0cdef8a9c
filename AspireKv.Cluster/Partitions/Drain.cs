using AspireKv.Cluster.Coordination;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// The end of a ballot in order. The operations under way end first, since a ballot that moves would leave their outcome open; then the
/// ballot is given up, and what came meanwhile goes to another node. For good where this node is about to stop; where it hands the
/// partition back, the ballot stays after all if the operations take longer than they may.
/// </summary>
internal sealed class Drain(HolderView view, TimeSpan handBackTimeout)
{
    /// <summary>Until when the ballot is being handed back; null while it is not.</summary>
    private TimeSpan? _handBackUntil;

    /// <summary>True while this node's coordinator, if there is one, begins nothing new.</summary>
    public bool IsOn => view.StandsDown || _handBackUntil is not null;

    public void BeginHandBack(TimeSpan now) => _handBackUntil = now + handBackTimeout;

    public void EndHandBack() => _handBackUntil = null;

    public void Tick(TimeSpan now)
    {
        if (now >= _handBackUntil)
        {
            EndHandBack();
        }
    }

    /// <summary>Gives the ballot up where no operation needs it any more.</summary>
    /// <returns>Whether the coordinator is over.</returns>
    public bool TryResign(Coordinator coordinator)
    {
        if (!IsOn || coordinator is { HoldsBallot: true, HasOperations: true })
        {
            return false;
        }

        coordinator.SendResigned();
        view.Resigned(coordinator.Ballot);
        return true;
    }
}
