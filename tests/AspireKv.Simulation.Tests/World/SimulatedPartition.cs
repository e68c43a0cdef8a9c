using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Partitions;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Simulation.Tests.World;

/// <summary>One partition in one process of a node: the core of the product, and its world, simulated.</summary>
internal sealed class SimulatedPartition : IPartitionHost
{
    private readonly SimulatedCluster _cluster;

    public SimulatedPartition(SimulatedCluster cluster, SimulatedNode node, int partition)
    {
        _cluster = cluster;
        Node = node;
        Number = partition;
        var recovered = node.Disk.Placed.Snapshot(partition);
        State = new PartitionState(
            partition, node.Id, node.Self.Incarnation, node.Process, recovered, this, cluster.Scenario.Coordinator, cluster.Random.Fork());
    }

    public SimulatedCluster Cluster => _cluster;

    public SimulatedNode Node { get; }

    public int Number { get; }

    public PartitionState State { get; }

    TimeSpan ICoordinatorHost.Now => Node.Clock.Now;

    long ICoordinatorHost.UnixMilliseconds => (long)Node.Clock.Now.TotalMilliseconds;

    NotAppliedReason IReplicaHost.CheckRoom(Entry entry) =>
        Node.DiskFullUntil > _cluster.Events.Now && !entry.IsTombstone && entry.Stamp == entry.Revision
            ? NotAppliedReason.StorageFull
            : NotAppliedReason.None;

    public void OnRequest(SimulatedNode from, PeerRequest request)
    {
        if (_cluster.Saboteur.LetsArrive(this, from.Id, request))
        {
            State.OnRequest(from.Id, request);
        }
    }

    public void OnResponse(NodeId from, PeerResponse response) => State.OnResponse(from, _cluster.Saboteur.Hears(this, from, response));

    public Entry? Find(StoreKey key) => Node.Disk.Placed.Find(Number, key);

    public KeyPage ListKeys(StoreKey after, int max) => Node.Disk.Placed.ListKeys(Number, after, max);

    public long Place(ReplicaRecord record)
    {
        _cluster.Invariants.Placed(Node, record);
        if (record is LearnerMarked { IsLearner: false })
        {
            _cluster.Aim.Rebuilt(this);
        }

        return Node.Place(record);
    }

    public void Send(NodeId to, PeerRequest request, PendingTask? cause)
    {
        _cluster.Invariants.Sent(this, request);
        _cluster.Aim.Sent(this, to, request);
        if (_cluster.Saboteur.LetsLeave(this, to, request, cause))
        {
            _cluster.Send(Node, _cluster.NodeOf(to), new RequestMessage(request));
        }
    }

    public void Answer(NodeId to, PeerResponse response, long afterPosition)
    {
        var answer = _cluster.Saboteur.Answers(this, to, response);
        Node.WhenSynced(_cluster.Saboteur.WaitsFor(this, answer, afterPosition), () =>
        {
            if (to == Node.Id)
            {
                // Never from within the call that gave the answer.
                _cluster.Events.AfterIn(Node, TimeSpan.Zero, () => OnResponse(to, answer));
                return;
            }

            _cluster.Invariants.Answered(Node, answer);
            _cluster.Send(Node, _cluster.NodeOf(to), new ResponseMessage(answer));
        });
    }

    public bool IsAlive(NodeId node) => _cluster.IsAlive(Node, _cluster.NodeOf(node));
}
