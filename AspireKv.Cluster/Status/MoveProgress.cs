namespace AspireKv.Cluster.Status;

/// <summary>How far a node is, as coordinator, with bringing a partition that moves to its next replicas.</summary>
/// <param name="Epoch">The epoch of the config by which the partition moves.</param>
/// <param name="Listed">Keys looked at in the present pass over all of them, or the last one.</param>
/// <param name="Copied">Entries brought to replicas that lacked them, under their own stamps.</param>
/// <param name="Settled">Entries committed under new stamps, since no majority showed them.</param>
/// <param name="IsSwept">A pass came to its end: what was committed is held by a quorum of both lists, and the move may end.</param>
public readonly record struct MoveProgress(long Epoch, long Listed, long Copied, long Settled, bool IsSwept);
