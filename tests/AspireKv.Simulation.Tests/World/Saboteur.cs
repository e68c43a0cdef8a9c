using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Simulation.Tests.World;

/// <summary>
/// Takes a safeguard away, to show that the simulation notices. A saboteur sits between the core and the world, at every place where the
/// two meet, so the core itself needs to know nothing of it. This base changes nothing.
/// </summary>
internal class Saboteur
{
    /// <summary>
    /// False where the invariants would see the sabotage before any client could: what clients see must give it away too.
    /// </summary>
    public virtual bool LeavesInvariantsOn => true;

    /// <summary>Whether a placed record reaches stable storage at the next sync.</summary>
    public virtual bool Persists(NodeId node, ReplicaRecord record) => true;

    /// <summary>The position that an answer waits for.</summary>
    public virtual long WaitsFor(SimulatedPartition at, PeerResponse response, long afterPosition) => afterPosition;

    /// <summary>Whether the request leaves; a saboteur that keeps it may answer in the replica's stead.</summary>
    public virtual bool LetsLeave(SimulatedPartition from, NodeId to, PeerRequest request, PendingTask? cause) => true;

    /// <summary>Whether the replica gets to see the request.</summary>
    public virtual bool LetsArrive(SimulatedPartition at, NodeId from, PeerRequest request) => true;

    /// <summary>What the replica is made to answer.</summary>
    public virtual PeerResponse Answers(SimulatedPartition at, NodeId to, PeerResponse response) => response;

    /// <summary>What the coordinator is made to hear.</summary>
    public virtual PeerResponse Hears(SimulatedPartition at, NodeId from, PeerResponse response) => response;

    /// <summary>What the client is told.</summary>
    public virtual OperationResult Completes(SimulatedPartition at, PendingOperation operation, OperationResult result) => result;

    /// <summary>Whether an operation of unknown outcome is tried again in the client's stead.</summary>
    public virtual bool Repeats(PendingOperation operation, OperationResult result) => false;

    /// <summary>
    /// The entry that a step is shown for which the disk was read: what there is now, not what there was when the read began.
    /// </summary>
    public virtual Entry? Fetches(Entry? whenAsked, Entry? now) => now;

    /// <summary>How many times a forwarded operation is handed over.</summary>
    public virtual int Forwards => 1;

    /// <summary>Whether operations go around a cut link.</summary>
    public virtual bool Relays => true;

    /// <summary>Whether a node that is asked to stop sends its peers away before it handed on what it coordinates.</summary>
    public virtual bool SendsPeersAwayFirst => false;

    /// <summary>Whether nobody looks at how old the files are by which a node votes.</summary>
    public virtual bool LetsEverybodyVote => false;

    /// <summary>Whether moves end before they are swept.</summary>
    public virtual bool EndsMovesUnswept => false;

    /// <summary>Whether a node that is given a partition again is given it as of the first time.</summary>
    public virtual bool KeepsSince => false;

    /// <summary>The records as which one is written, each of which a crash may find without the next.</summary>
    public virtual IEnumerable<ReplicaRecord> Splits(ReplicaRecord record) => [record];

    /// <summary>Lets the coordinator hear an answer that the replica never gave.</summary>
    protected static void Invent(
        SimulatedPartition coordinator, NodeId replica, PeerRequest request, PeerResponseKind kind, Entry? entry = null) =>
        coordinator.Cluster.Events.AfterIn(
            coordinator.Node, TimeSpan.Zero, () => coordinator.State.OnResponse(replica, Response(request, kind) with { Entry = entry }));

    protected static PeerResponse AcceptedResponse(PeerRequest request) => Response(request, PeerResponseKind.Accepted);

    protected static PeerResponse Response(PeerRequest request, PeerResponseKind kind) => new()
    {
        Kind = kind,
        Partition = request.Partition,
        Id = request.Id,
        Ballot = request.Ballot,
        Epoch = request.Epoch,
    };
}
