using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;

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

    /// <summary>Sends to another node; the message may be lost.</summary>
    /// <param name="to">The node.</param>
    /// <param name="request">The message.</param>
    /// <param name="cause">The work that the message serves, where it serves one, so that the host can tie traces together.</param>
    void Send(NodeId to, PeerRequest request, PendingTask? cause);
}
