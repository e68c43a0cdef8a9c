using AspireKv.Cluster.Operations;

namespace AspireKv.Simulation.Tests.World;

/// <summary>A call that waits at a node for its end.</summary>
/// <param name="Partition">The partition of its key.</param>
/// <param name="Operation">What is asked.</param>
/// <param name="Hops">How many nodes handed it on.</param>
/// <param name="Deadline">When the node gives it up, on the clock of the world.</param>
/// <param name="Answer">Tells whoever asked.</param>
internal sealed record PendingCall(int Partition, ClientOperation Operation, int Hops, TimeSpan Deadline, Action<OperationResult> Answer);
