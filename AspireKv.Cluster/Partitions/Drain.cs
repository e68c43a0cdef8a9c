using AspireKv.Cluster.Coordination;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// The end of a ballot in order. The operations under way end first, since a ballot that moves would leave their outcome open; then the
/// ballot is given up, and what came meanwhile goes to another node. For good where this node is about to stop; where it hands the
/// partition back or on, the ballot stays after all if the operations take longer than they may.
/// </summary>
internal sealed class Drain(HolderView view)
{
    /// <summary>Until when the ballot is being handed over; null while it is not.</summary>
    private TimeSpan? _until;

    /// <summary>True while this node's coordinator, if there is one, begins nothing new.</summary>
    public bool IsOn => view.StandsDown || _until is not null;

    /// <param name="until">When the ballot stays after all.</param>
    public void Begin(TimeSpan until) => _until = until;

    public void End() => _until = null;

    public void Tick(TimeSpan now)
    {
        if (now >= _until)
        {
            End();
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
