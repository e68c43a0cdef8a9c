using AspireKv.Access.Nodes;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Access.Knowledge;

/// <summary>
/// What this process believes of the cluster, and so where it sends an operation first: to the node that an answer last named as the
/// coordinator of the key's partition, else to the first live node of the preference list. Beliefs only: a node that is asked wrongly
/// forwards, so a stale belief costs a hop and never a wrong result. All members may be used from any thread unless they say otherwise.
/// </summary>
public sealed class ClusterKnowledge(NodeDirectory nodes)
{
    private volatile Belief _belief = new(ClusterView.Empty, []);

    public ClusterView View => _belief.View;

    /// <summary>Takes what nodes said of the cluster. Called by one thread at a time.</summary>
    public void Take(IReadOnlyCollection<NodeStatus> told)
    {
        var before = _belief;
        var view = before.View.With(told);
        _belief = new Belief(view, before.Holders.Length == view.Partitions.Length ? before.Holders : new int[view.Partitions.Length]);
        foreach (var (partition, holder) in HoldersIn(told))
        {
            LearnHolder(partition, holder.Node);
        }
    }

    /// <summary>Takes a topology that a node told, where it is newer. Called by one thread at a time.</summary>
    /// <returns>Whether it was newer.</returns>
    public bool Take(ClusterTopology topology)
    {
        var before = _belief;
        var view = before.View.With(topology);
        if (view == before.View)
        {
            return false;
        }

        _belief = before with { View = view };
        return true;
    }

    /// <summary>An answer named the node as the partition's coordinator.</summary>
    public void LearnHolder(int partition, NodeId holder)
    {
        var holders = _belief.Holders;
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
        var holders = _belief.Holders;
        return (uint)partition < (uint)holders.Length ? new NodeId(Volatile.Read(ref holders[partition])) : NodeId.None;
    }

    /// <summary>
    /// The node to ask next: the coordinator, else the first replica, else any node; live ones only, and none of <paramref name="tried"/>.
    /// Null when there is none.
    /// </summary>
    public INodeLink? Choose(int partition, IReadOnlyList<INodeLink>? tried)
    {
        var links = nodes.Current;
        if (Usable(links, HolderOf(partition), tried) is { } holder)
        {
            return holder;
        }

        var replicas = View.Find(partition)?.Replicas ?? [];
        for (var i = 0; i < replicas.Count; i++)
        {
            if (Usable(links, replicas[i], tried) is { } replica)
            {
                return replica;
            }
        }

        foreach (var link in links.All)
        {
            if (link.Liveness == NodeLiveness.Alive && !(tried?.Contains(link) ?? false))
            {
                return link;
            }
        }

        return null;
    }

    /// <summary>True when another node than this one could be asked.</summary>
    public bool HasOther(INodeLink node)
    {
        foreach (var link in nodes.Current.All)
        {
            if (link != node && link.Liveness == NodeLiveness.Alive)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when a quorum of the partition's replicas answers this process and has its memory.</summary>
    public bool HasLiveQuorum(int partition)
    {
        var links = nodes.Current;
        return View.Find(partition)?.HasQuorum(node => links.Find(node)?.Liveness == NodeLiveness.Alive) ?? false;
    }

    /// <summary>How many partitions have no live quorum; none while the cluster is not known.</summary>
    public int CountWithoutQuorum() => Enumerable.Range(0, View.Partitions.Length).Count(partition => !HasLiveQuorum(partition));

    private static INodeLink? Usable(NodeSet links, NodeId node, IReadOnlyList<INodeLink>? tried) =>
        node != NodeId.None && links.Find(node) is { Liveness: NodeLiveness.Alive } link && !(tried?.Contains(link) ?? false) ? link : null;

    /// <summary>Of several nodes that say they hold a partition, the one with the highest ballot is right.</summary>
    private static Dictionary<int, (Ballot Ballot, NodeId Node)> HoldersIn(IReadOnlyCollection<NodeStatus> told)
    {
        var holders = new Dictionary<int, (Ballot Ballot, NodeId Node)>();
        foreach (var status in told)
        {
            foreach (var partition in status.Partitions.Where(partition => partition.HoldsBallot))
            {
                if (!holders.TryGetValue(partition.Partition, out var known) || partition.Promised > known.Ballot)
                {
                    holders[partition.Partition] = (partition.Promised, status.Self.Id);
                }
            }
        }

        return holders;
    }

    /// <summary>The view, and the coordinators known for its partitions; swapped as one.</summary>
    /// <param name="View">What the nodes said.</param>
    /// <param name="Holders">By partition the id of its coordinator, or 0. The items are written without a lock.</param>
    private sealed record Belief(ClusterView View, int[] Holders);
}
