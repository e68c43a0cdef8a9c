using AspireKv.Cluster.Operations;

namespace AspireKv.Simulation.Tests.Scenarios;

/// <summary>One call of a client in a scenario.</summary>
/// <param name="At">When it is made.</param>
/// <param name="Kind">What is asked.</param>
/// <param name="Condition">Under which condition. Revisions are those that clients saw last, or now and then an older one.</param>
/// <param name="Key">The number of the key.</param>
/// <param name="Node">The index of the node that is asked first.</param>
/// <param name="Choice">Between 0 and 1; decides which revision is named.</param>
internal sealed record PlannedOperation(TimeSpan At, OperationKind Kind, ConditionKind Condition, int Key, int Node, double Choice);
