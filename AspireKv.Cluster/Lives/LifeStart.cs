namespace AspireKv.Cluster.Lives;

/// <summary>
/// One start of a process over the files of a node, as the node itself keeps it: a link of a chain. Two processes that began with copies of
/// the same files have the same number and different words.
/// </summary>
/// <param name="Number">From 1 in each incarnation, one higher at each start.</param>
/// <param name="Word">Random; what tells this process from any other.</param>
/// <param name="Position">The last position of the write-ahead log that the process found: all before is of earlier starts.</param>
public readonly record struct LifeStart(long Number, ulong Word, long Position);
