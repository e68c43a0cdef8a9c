namespace AspireKv.Storage.Wal;

/// <summary>A segment on disk.</summary>
/// <param name="Path">Its file.</param>
/// <param name="FirstPosition">The position of its first record.</param>
/// <param name="Bytes">The size of the file.</param>
internal sealed record Segment(string Path, long FirstPosition, long Bytes);
