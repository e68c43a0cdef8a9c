using System.Diagnostics;
using AspireKv.Cluster.Coordination.Sweeps;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Partitions;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Peers;
using AspireKv.StorageNode.Telemetry;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Partitions;

/// <summary>
/// The world as one partition sees it: the storage engine, the streams to the peers, the clocks. Every call comes from within a step of the
/// partition, under the lock of its <see cref="PartitionHost"/>.
/// </summary>
internal sealed class PartitionWorld(
    int partition,
    LocalNode self,
    StorageEngine engine,
    DeferredRequests deferred,
    IPeers peers,
    ILives lives,
    KnownTopology topology,
    DurableAnswers answers,
    RepairBudget repairBudget,
    RepairMetrics repairs,
    TimeProvider time)
    : IPartitionHost
{
    /// <summary>Takes the answers of this node's replica to this node's coordinator; set once, by the host.</summary>
    public IOwnCoordinator Own { get; set; } = null!;

    /// <summary>What the present step is taken for; default between two steps.</summary>
    public Handling Handling { get; set; }

    /// <summary>True once the engine failed: the partition must not promise or accept what it cannot keep.</summary>
    public bool HasFailed => engine.Failure is not null;

    public TimeSpan Now => time.GetElapsedTime(0);

    public long UnixMilliseconds => time.GetUtcNow().ToUnixTimeMilliseconds();

    public NotAppliedReason CheckRoom(Entry entry) => engine.CheckRoom(entry);

    public long Place(ReplicaRecord record) => engine.Append(record);

    public bool TryFind(StoreKey key, out Entry? entry) =>
        engine.TryFind(partition, key, out entry)
        || (Handling.Read?.Entry is { } fetched && fetched.Key == key && engine.TryFind(partition, fetched, out entry));

    public bool TryListKeys(StoreKey after, BucketSet buckets, int max, out KeyPage? page)
    {
        page = Handling.Read?.Page;
        return page is not null;
    }

    public bool TrySumBuckets(out BucketSums? sums)
    {
        sums = Handling.Read?.Sums;
        return sums is not null;
    }

    public void Defer(NodeId from, PeerRequest request)
    {
        if (!deferred.TryAdd(new DeferredRequest(from, request, Handling.Asking, Handling.Trace)))
        {
            Answer(from, PeerResponse.Unanswered(request), afterPosition: 0);
        }
    }

    /// <summary>True while messages of the process at the other end are taken for its node's.</summary>
    public bool Takes(IPeerConnection asking) => lives.TakesFrom(asking.Identity.Node, asking.Identity.ProcessId);

    public bool MayVote(Quorum voters) => lives.MayVote(voters);

    public bool IsKnown(Quorum voters) => lives.IsKnown(voters);

    public bool KnowsTopology(long version) => topology.Knows(version);

    public bool IsRegistered(NodeId node, ulong incarnation) => topology.IsRegistered(node, incarnation);

    public IRepairBudget RepairBudget => repairBudget;

    public void Compared(ComparisonResult result) => repairs.Compared(result);

    public bool IsAlive(NodeId node) => peers.IsAlive(node);

    public bool IsCutOff(NodeId node) => peers.IsCutOff(node);

    public bool IsHandicapped(NodeId node) => peers.IsHandicapped(node);

    public TimeSpan? LastHeardAt(NodeId node) => peers.LastHeard(node) is { } timestamp ? time.GetElapsedTime(0, timestamp) : null;

    public long LinkTo(NodeId node) => peers.LinkTo(node);

    public TimeSpan TimeToSend(NodeId to, Entry entry) => peers.TimeToSend(to, entry.Value.Length);

    public long Send(NodeId to, PeerRequest request, PendingTask? cause) => peers.TrySend(to, request, TraceOf(cause));

    public void Answer(NodeId to, PeerResponse response, long afterPosition)
    {
        var asking = to == self.Id ? null : Handling.Asking!;
        if (asking is not null && answers.IsDurable(afterPosition))
        {
            asking.Send(response);
            return;
        }

        answers.Deliver(new HeldAnswer(afterPosition, response, asking, Own, time.GetTimestamp(), BeginWait()));
    }

    /// <summary>The span of the operation that the work is part of; default where there is none.</summary>
    public static ActivityContext TraceOf(PendingTask? task) =>
        task is PendingOperation { Owner: ITracedOwner owner } ? owner.Trace : default;

    private Activity? BeginWait()
    {
        var wait = Handling.Trace == default
            ? null
            : NodeTracing.Source.CreateActivity("wal sync", ActivityKind.Internal, Handling.Trace)
                ?.SetTag("aspirekv.node", self.Id.Value).Start();
        if (wait is not null)
        {
            // The span belongs to the held answer, not to the thread that happens to run here.
            Activity.Current = wait.Parent;
        }

        return wait;
    }
}
