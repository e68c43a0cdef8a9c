namespace AspireKv.Simulation.Tests.Scenarios;

/// <summary>How the links behave before they are healed.</summary>
/// <param name="IsStream">True for ordered streams whose connections break, false for single messages that overtake each other.</param>
/// <param name="Loss">The share of messages that are lost.</param>
/// <param name="Duplication">The share of messages that come twice.</param>
/// <param name="Tail">The share of messages that are late.</param>
/// <param name="TailFactor">How many times the usual delay a late message takes at most.</param>
internal sealed record NetworkConditions(bool IsStream, double Loss, double Duplication, double Tail, double TailFactor);
