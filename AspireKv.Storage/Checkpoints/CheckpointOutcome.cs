namespace AspireKv.Storage.Checkpoints;

/// <summary>What became of a checkpoint.</summary>
internal enum CheckpointOutcome
{
    /// <summary>Everything that there was to move is in SQLite.</summary>
    Done,

    /// <summary>SQLite found no room; what was begun is kept for the next try.</summary>
    OutOfRoom,

    /// <summary>Something that passes by itself was in the way; what was begun is kept for the next try.</summary>
    PutOff,

    /// <summary>The engine failed or is closed.</summary>
    Refused,
}
