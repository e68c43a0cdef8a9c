namespace AspireKv.Storage.Files;

/// <summary>What a <see cref="ChecksummedFile"/> holds. Written to disk: append only, never renumber.</summary>
internal enum ChecksummedFileKind : ushort
{
    Identity = 1,
    Founding = 2,
    Starts = 3,
    Lives = 4,
    Topology = 5,
}
