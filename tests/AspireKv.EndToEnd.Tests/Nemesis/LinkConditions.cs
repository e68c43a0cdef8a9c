namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>How a link treats what passes. Whatever it holds back or delays stays in order, as on any TCP connection.</summary>
internal sealed record LinkConditions
{
    public static readonly LinkConditions Sound = new();

    /// <summary>How late everything arrives, each way.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Nothing goes from who dialled to who listens: packets are lost, and neither is told.</summary>
    public bool HoldsRequests { get; init; }

    /// <summary>Nothing goes back.</summary>
    public bool HoldsAnswers { get; init; }

    /// <summary>
    /// Once so many more bytes went to who listens, in the middle of a message like as not, every connection is reset; that happens once.
    /// Null: never.
    /// </summary>
    public int? CutAfterBytes { get; init; }

    /// <summary>New connections are reset at once.</summary>
    public bool RefusesConnections { get; init; }
}
