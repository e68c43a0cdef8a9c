namespace AspireKv.Cluster.Lives;

/// <summary>What nodes tell each other of lives, as a question and as its answer alike.</summary>
/// <param name="Claim">The sender's own.</param>
/// <param name="Known">What the sender durably knows of the others.</param>
/// <param name="Judged">The word of the receiver's process that the sender judged last, or 0.</param>
/// <param name="Verdict">What the sender judged.</param>
public sealed record LifeTidings(LifeClaim Claim, IReadOnlyList<KnownLife> Known, ulong Judged, LifeVerdict Verdict);
