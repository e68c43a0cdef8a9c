using System.Diagnostics;
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

namespace AspireKv.StorageNode.Partitions;

/// <summary>
/// The world as one partition sees it: the storage engine, the streams to the peers, the clocks. Every call comes from within a step of the
/// partition, under the lock of its <see cref="PartitionHost"/>.
/// </summary>
internal sealed class PartitionWorld(
    int partition, LocalNode self, StorageEngine engine, IPeers peers, DurableAnswers answers, TimeProvider time, ILogger logger)
    : IPartitionHost
{
    /// <summary>A message over a bound is sent again and again; once in a log is enough.</summary>
    private bool _saidOverABound;

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

    public Entry? Find(StoreKey key) => engine.Find(partition, key);

    public KeyPage ListKeys(StoreKey after, int max) => engine.ListKeys(partition, after, max);

    public bool IsAlive(NodeId node) => peers.IsAlive(node);

    public void Send(NodeId to, PeerRequest request, PendingTask? cause)
    {
        try
        {
            peers.TrySend(to, request, TraceOf(cause));
        }
        catch (ArgumentException exception)
        {
            // A value that was stored under a bound that was lowered since: as good as lost on the way.
            if (!_saidOverABound)
            {
                _saidOverABound = true;
                Log.MessageOverABound(logger, partition, exception.Message);
            }
        }
    }

    public void Answer(NodeId to, PeerResponse response, long afterPosition)
    {
        var asking = to == self.Id ? null : Handling.Asking!;
        if (asking is not null && answers.IsDurable(afterPosition))
        {
            asking.Send(response);
            return;
        }

        answers.Deliver(new HeldAnswer(afterPosition, response, asking, Own, BeginWait()));
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
