namespace AspireKv.AppHost.Chaos;

/// <summary>How a write ended, as the gateway told it.</summary>
internal enum WriteOutcome
{
    Acknowledged,
    Refused,

    /// <summary>The write may have happened, or happen yet.</summary>
    Unknown,
}
