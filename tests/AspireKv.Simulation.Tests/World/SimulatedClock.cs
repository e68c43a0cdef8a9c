namespace AspireKv.Simulation.Tests.World;

/// <summary>A node's clock: off by some time, and a little too fast or too slow.</summary>
internal sealed class SimulatedClock(EventQueue events, TimeSpan offset, double rate)
{
    public TimeSpan Now => offset + (events.Now * rate);
}
