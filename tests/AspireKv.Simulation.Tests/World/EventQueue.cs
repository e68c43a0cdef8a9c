namespace AspireKv.Simulation.Tests.World;

/// <summary>
/// Virtual time: what is to happen, in order. Things of one instant happen in the order in which they were planned, so a run depends on its
/// seed alone.
/// </summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<Planned, (TimeSpan At, long Number)> _planned = new();
    private long _lastNumber;

    public TimeSpan Now { get; private set; }

    /// <summary>Plans something that happens outside of the nodes.</summary>
    public void After(TimeSpan delay, Action action) => Plan(Now + delay, new Planned(null, null, action));

    /// <summary>Plans something that happens at a node, whichever process runs there then; it is lost while none does.</summary>
    public void AfterAt(SimulatedNode node, TimeSpan delay, Action action) => Plan(Now + delay, new Planned(node, null, action));

    /// <summary>Plans something that only the process that runs at the node now will see.</summary>
    public void AfterIn(SimulatedNode node, TimeSpan delay, Action action) => Plan(Now + delay, new Planned(node, node.Process, action));

    /// <summary>Does the next thing; false when nothing is left before <paramref name="end"/>.</summary>
    public bool Step(TimeSpan end)
    {
        if (!_planned.TryPeek(out _, out var next) || next.At > end)
        {
            return false;
        }

        var planned = _planned.Dequeue();
        Now = next.At;
        if (planned.Node is { } node)
        {
            if (!node.IsUp || (planned.Process is { } process && process != node.Process))
            {
                return true;
            }

            if (node.PausedUntil > Now)
            {
                // A stopped process finds everything that came meanwhile when it goes on, in the order of arrival.
                Plan(node.PausedUntil, planned);
                return true;
            }
        }

        planned.Action();
        return true;
    }

    /// <summary>What is overdue, as after a pause, happens now: time never goes back.</summary>
    private void Plan(TimeSpan at, Planned planned) => _planned.Enqueue(planned, (at > Now ? at : Now, ++_lastNumber));

    private sealed record Planned(SimulatedNode? Node, ulong? Process, Action Action);
}
