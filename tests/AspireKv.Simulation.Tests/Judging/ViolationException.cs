namespace AspireKv.Simulation.Tests.Judging;

/// <summary>The cluster broke a promise.</summary>
public sealed class ViolationException(string message) : Exception(message);
