namespace AspireKv.AppHost.Growth;

/// <summary>The cluster refuses what it was asked for, and nothing of that was done.</summary>
/// <param name="code">What programs go by.</param>
/// <param name="message">One sentence for the operator.</param>
internal sealed class RefusedException(string code, string message) : Exception(message)
{
    public const string TopologyChanged = "topology_changed";

    /// <summary>No code of the cluster's: an operator took the plan back.</summary>
    public const string Cancelled = "cancelled";

    public string Code => code;
}
