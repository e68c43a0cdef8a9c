using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;

namespace AspireKv.Gateway.Cluster;

/// <summary>
/// What the gateway believes of the cluster, and so where it sends an operation first: to the node that an answer last named as the coordinator of the
/// key's partition, else to the first live node of the preference list. Beliefs only: a node that is asked wrongly forwards, so a stale belief costs a hop
/// and never a wrong result.
/// </summary>
internal sealed class ClusterKnowledge(NodeDirectory nodes)
{
    private volatile ClusterView _view = ClusterView.Empty;

    /// <summary>By partition the id of its coordinator, or 0; replaced when the cluster becomes known, its items written without a lock.</summary>
    private volatile int[] _holders = [];

    public ClusterView View => _view;

    /// <summary>Takes what the nodes said. Called by one thread at a time.</summary>
    public void Update(ClusterView view)
    {
        if (_holders.Length != view.PartitionCount)
        {
            _holders = new int[view.PartitionCount];
        }

        _view = view;
    }

    /// <summary>An answer named the node as the partition's coordinator.</summary>
    public void LearnHolder(int partition, NodeId holder)
    {
        var holders = _holders;
        if (holder != NodeId.None && (uint)partition < (uint)holders.Length)
        {
            // Most answers name the node that is known already, and a write would take the cache line from the other cores.
            if (Volatile.Read(ref holders[partition]) != holder.Value)
            {
                Volatile.Write(ref holders[partition], holder.Value);
            }
        }
    }

    /// <summary>The node that coordinates the partition as far as is known, or none.</summary>
    public NodeId HolderOf(int partition)
    {
        var holders = _holders;
        return (uint)partition < (uint)holders.Length ? new NodeId(Volatile.Read(ref holders[partition])) : NodeId.None;
    }

    /// <summary>
    /// The node to ask next: the coordinator, else the first replica, else any node; live ones only, and none of <paramref name="tried"/>. Null when there
    /// is none.
    /// </summary>
    public INodeLink? Choose(int partition, IReadOnlyList<INodeLink>? tried)
    {
        if (Usable(HolderOf(partition), tried) is { } holder)
        {
            return holder;
        }

        var replicas = _view.ReplicasOf(partition);
        for (var i = 0; i < replicas.Count; i++)
        {
            if (Usable(replicas[i], tried) is { } replica)
            {
                return replica;
            }
        }

        foreach (var link in nodes.All)
        {
            if (link.Liveness == Liveness.Alive && !(tried?.Contains(link) ?? false))
            {
                return link;
            }
        }

        return null;
    }

    /// <summary>True when another node than this one could be asked.</summary>
    public bool HasOther(INodeLink node)
    {
        foreach (var link in nodes.All)
        {
            if (link != node && link.Liveness == Liveness.Alive)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when a majority of the partition's replicas answers the gateway and has its memory.</summary>
    public bool HasLiveQuorum(int partition)
    {
        var view = _view;
        var replicas = view.ReplicasOf(partition);
        var alive = 0;
        foreach (var replica in replicas)
        {
            alive += nodes.Find(replica)?.Liveness == Liveness.Alive && !view.IsLearner(replica, partition) ? 1 : 0;
        }

        return alive > replicas.Count / 2;
    }

    private INodeLink? Usable(NodeId node, IReadOnlyList<INodeLink>? tried) =>
        node != NodeId.None && nodes.Find(node) is { Liveness: Liveness.Alive } link && !(tried?.Contains(link) ?? false) ? link : null;
}
