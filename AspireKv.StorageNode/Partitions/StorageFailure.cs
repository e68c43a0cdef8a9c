namespace AspireKv.StorageNode.Partitions;

/// <summary>The storage of this node failed.</summary>
/// <param name="Exception">The failure.</param>
/// <param name="MayBeginAnew">True when the files are damaged, and opening them once more sets them aside.</param>
internal sealed record StorageFailure(Exception Exception, bool MayBeginAnew);
