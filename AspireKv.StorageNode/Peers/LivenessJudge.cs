using AspireKv.Cluster.Status;
using AspireKv.Transport.Client;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Peers;

/// <summary>
/// Judges peers by round trips: what counts is that a peer answered this node lately, not that its own messages arrive. An opinion only: a
/// wrong one costs time, since the ballots decide.
/// </summary>
internal sealed class LivenessJudge(TimeProvider time, IOptions<LivenessOptions> options)
{
    /// <summary>
    /// Dead without a connection: a process that is gone refuses it at once, a silent one loses it by its missing heartbeats.
    /// </summary>
    public NodeLiveness Judge(NodeChannel channel)
    {
        if (!channel.IsConnected || channel.LastHeard is not { } last)
        {
            return NodeLiveness.Dead;
        }

        var silence = time.GetElapsedTime(last);
        return silence < options.Value.SuspectAfter ? NodeLiveness.Alive
            : silence < options.Value.DeadAfter ? NodeLiveness.Suspect
            : NodeLiveness.Dead;
    }
}
