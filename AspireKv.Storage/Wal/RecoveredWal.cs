namespace AspireKv.Storage.Wal;

/// <summary>What recovery found and left: a write-ahead log to append to.</summary>
internal sealed record RecoveredWal
{
    /// <summary>All segments, oldest first; the last one is appended to. At least one.</summary>
    public required IReadOnlyList<Segment> Segments { get; init; }

    /// <summary>Where in the last segment the next frame goes.</summary>
    public required long EndOffset { get; init; }

    /// <summary>The salt of the last segment.</summary>
    public required long Salt { get; init; }

    /// <summary>The position of the last record; everything up to it is on stable storage.</summary>
    public required long LastPosition { get; init; }

    /// <summary>True when the last frame is a mark, or there is none: nothing was written that no mark vouches for.</summary>
    public required bool IsMarked { get; init; }

    /// <summary>Bytes of the torn tail, without what an earlier use of the file left behind it.</summary>
    public required long TornBytes { get; init; }
}
