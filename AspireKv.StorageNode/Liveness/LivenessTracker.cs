using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Peers;
using Microsoft.Extensions.Options;
using Verdict = AspireKv.Cluster.Status.Liveness;

namespace AspireKv.StorageNode.Liveness;

/// <summary>
/// Judges peers by round trips: what counts is that a peer answered this node lately, not that its own messages arrive. An opinion only: a wrong one
/// costs time, since the ballots decide.
/// </summary>
internal sealed class LivenessTracker(PeerLinks links, TimeProvider time, IOptions<LivenessOptions> options)
{
    public bool IsAlive(NodeId node) => Judge(node) != Verdict.Dead;

    /// <summary>Dead without a connection: a process that is gone refuses it at once, a silent one loses it by its missing heartbeats.</summary>
    public Verdict Judge(NodeId node)
    {
        if (!links.Channels.TryGetValue(node, out var channel) || !channel.IsConnected || channel.LastHeard is not { } last)
        {
            return Verdict.Dead;
        }

        var silence = time.GetElapsedTime(last);
        return silence < options.Value.SuspectAfter ? Verdict.Alive
            : silence < options.Value.DeadAfter ? Verdict.Suspect
            : Verdict.Dead;
    }

    public IReadOnlyList<KeyValuePair<NodeId, Verdict>> JudgeAll() =>
        [.. links.Channels.Keys.Order().Select(node => KeyValuePair.Create(node, Judge(node)))];
}
