namespace AspireKv.Gateway.Errors;

/// <summary>What became of a change, as the API says it.</summary>
internal static class Outcome
{
    /// <summary>Carries the outcome on every answer to a request that asks to change data, in both families.</summary>
    public const string Header = "AspireKv-Outcome";

    public const string Applied = "applied";
    public const string NotApplied = "not-applied";
    public const string Unknown = "unknown";
}
