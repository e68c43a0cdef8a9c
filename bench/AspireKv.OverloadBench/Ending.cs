namespace AspireKv.OverloadBench;

/// <summary>How a request ended.</summary>
internal enum Ending
{
    /// <summary>Answered as wanted (2xx).</summary>
    Good,

    /// <summary>Refused with 429 or 503: known not to have been done.</summary>
    Refused,

    /// <summary>Answered with any other status.</summary>
    Failed,

    /// <summary>Not answered in the client's time; its connection was closed.</summary>
    GivenUp,

    /// <summary>The connection was closed by the other side, or could not be made.</summary>
    Cut,

    /// <summary>Every connection was waiting, or the generator was late, so it was not sent.</summary>
    NotSent,
}
