namespace AspireKv.Storage.Codec;

/// <summary>
/// The first byte of a record. Written to disk: append only, never renumber. Numbers from 240 on are those of frames without a record
/// (<see cref="Wal.Frame"/>).
/// </summary>
internal enum RecordKind : byte
{
    EntryAccepted = 1,
    BallotPromised = 2,
    ConfigTaken = 3,
    TombstonePurged = 4,
    LearnerMarked = 6,
    RebuildBegun = 7,
}
