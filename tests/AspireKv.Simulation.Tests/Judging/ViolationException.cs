namespace AspireKv.Simulation.Tests.Judging;

/// <summary>The cluster broke a promise.</summary>
internal sealed class ViolationException(string message, bool isOfSafety = true) : Exception(message)
{
    /// <summary>True when something wrong was done; false when nothing was done though it should have been.</summary>
    public bool IsOfSafety => isOfSafety;
}
