using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination;

/// <summary>
/// The world as the coordinator of one partition sees it: what its replica sees, two clocks, and the way to the other replicas.
/// </summary>
public interface ICoordinatorHost : IReplicaHost
{
    /// <summary>Monotonic time since an arbitrary start; measures time-outs only.</summary>
    TimeSpan Now { get; }

    /// <summary>The wall clock, in milliseconds since 1970-01-01 UTC; decides expiry only.</summary>
    long UnixMilliseconds { get; }

    /// <summary>
    /// The number of the stream to the node that is up, or 0 while none is. A stream that broke has another number once it is opened again.
    /// What a stream took is answered, be it by <see cref="PeerResponseKind.Unanswered"/>, or the stream breaks.
    /// </summary>
    long LinkTo(NodeId node);

    /// <summary>
    /// How long an Accept of this entry that is given to the stream now would take until the node has all of it, by what waits there and
    /// by how fast the stream took bytes lately. Zero where nothing is known, or no stream is up.
    /// </summary>
    TimeSpan TimeToSend(NodeId to, Entry entry);

    /// <summary>Sends to another node; the message may be lost.</summary>
    /// <param name="to">The node.</param>
    /// <param name="request">The message.</param>
    /// <param name="cause">The work that the message serves, where it serves one, so that the host can tie traces together.</param>
    /// <returns>The number of the stream that took the message; 0 when none did, and the message is lost already.</returns>
    long Send(NodeId to, PeerRequest request, PendingTask? cause);
}
