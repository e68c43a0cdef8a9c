namespace AspireKv.Cli.Output;

/// <summary>How a command ended, for scripts. Append-only: a number never changes its meaning.</summary>
internal enum ExitCode
{
    /// <summary>It is done, or what was asked for was shown.</summary>
    Done = 0,

    /// <summary>
    /// It was refused: by the gateway, by whoever was asked for a confirmation, or for its arguments. Nothing was changed.
    /// </summary>
    Refused = 1,

    /// <summary>An order was sent, and what became of it is not known.</summary>
    Unknown = 2,

    /// <summary>No gateway was reached, or the cluster cannot answer now. Nothing was changed.</summary>
    NotReachable = 3,
}
