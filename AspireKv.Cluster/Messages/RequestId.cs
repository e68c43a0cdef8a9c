namespace AspireKv.Cluster.Messages;

/// <summary>
/// Names one round of one coordinator. <paramref name="Process"/> is random for each start of a process, so that an answer to a former
/// life is never counted.
/// </summary>
public readonly record struct RequestId(ulong Process, long Number);
