namespace AspireKv.Cluster.Lives;

/// <summary>How far another node was seen to have come: files that do not reach up to here are older than what it showed.</summary>
/// <param name="Number">The number of the start.</param>
/// <param name="Word">The word of the start.</param>
/// <param name="Position">The highest position of its write-ahead log that it showed to be durable under this start.</param>
public readonly record struct LifeMark(long Number, ulong Word, long Position);
