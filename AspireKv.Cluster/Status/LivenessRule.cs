namespace AspireKv.Cluster.Status;

/// <summary>
/// When a node counts as alive for another process: what counts is that the node answered that process lately, not that its own messages
/// arrive. An opinion only: a wrong one costs time, since the ballots decide.
/// </summary>
/// <param name="SuspectAfter">A node that answered nothing for so long is suspect.</param>
/// <param name="DeadAfter">
/// A node that answered nothing for so long is dead; <see cref="TimeSpan.MaxValue"/> for whoever takes over nothing from it.
/// </param>
public readonly record struct LivenessRule(TimeSpan SuspectAfter, TimeSpan DeadAfter)
{
    /// <param name="isConnected">
    /// Whether a stream to the node is up. A process that is gone refuses it at once, a silent one loses it by its missing heartbeats.
    /// </param>
    /// <param name="silence">
    /// How long ago something last came from the node, on whichever stream; null before the first time: a node that opens a stream and says
    /// nothing on it has answered nobody.
    /// </param>
    public NodeLiveness Judge(bool isConnected, TimeSpan? silence) =>
        !isConnected || silence is not { } length ? NodeLiveness.Dead
        : length < SuspectAfter ? NodeLiveness.Alive
        : length < DeadAfter ? NodeLiveness.Suspect
        : NodeLiveness.Dead;
}
