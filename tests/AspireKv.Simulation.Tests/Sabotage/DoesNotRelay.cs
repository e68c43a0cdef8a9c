using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Sabotage;

/// <summary>Whoever does not reach the coordinator takes the ballot from it, though others reach both.</summary>
internal sealed class DoesNotRelay : Saboteur
{
    public override bool Relays => false;
}
