using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// Who coordinates the partition as far as this node knows, and so where an operation goes. A view only: a node that is asked wrongly
/// passes the operation on, so a stale view costs a hop and never a wrong result.
/// </summary>
internal sealed class HolderView(NodeId self, ReplicaState replica, IPartitionHost host)
{
    /// <summary>
    /// The replicas known to have lost their memory, with the incarnation that they have now. A coordinator rebuilds only those that were
    /// known before it took its ballot.
    /// </summary>
    private readonly Dictionary<NodeId, ulong> _learners = [];

    /// <summary>The ballot whose holder said that it gave it up.</summary>
    private Ballot _resigned;

    /// <summary>The highest ballot promised or shown by a reject; its node is the holder as far as known.</summary>
    public Ballot Highest { get; private set; } = replica.Promised;

    public IReadOnlyDictionary<NodeId, ulong> Learners => _learners;

    /// <summary>The node that coordinates the partition as far as known, or none.</summary>
    /// <remarks>A learner does not know any more that it held a ballot.</remarks>
    public NodeId Holder => Highest == _resigned || _learners.ContainsKey(Highest.Node) ? NodeId.None : Highest.Node;

    public void Show(Ballot ballot) => Highest = ballot > Highest ? ballot : Highest;

    public void Resigned(Ballot ballot) => _resigned = ballot > _resigned ? ballot : _resigned;

    /// <summary>
    /// Takes note of what a node said of its memory. True when the node is a learner that was not known, or lost its memory again.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="learner">The incarnation in which it lacks its memory, or null when it has it.</param>
    public bool IsNewLearner(NodeId node, ulong? learner)
    {
        if (learner is not { } incarnation)
        {
            _learners.Remove(node);
            return false;
        }

        if (node == self || (_learners.TryGetValue(node, out var known) && known == incarnation))
        {
            return false;
        }

        _learners[node] = incarnation;
        return true;
    }

    /// <summary>The node that an operation goes to; this one when it is to take the ballot, null when nobody is there to take it.</summary>
    /// <param name="isAskedToBe">
    /// True when another node takes this one for the coordinator. Where no other holder is known this node then takes the ballot: each
    /// node knows of other ballots, and an operation passed on to the first live replica may come back for ever.
    /// </param>
    /// <param name="goesRound">
    /// True when an operation was passed on so often that nodes must take each other for the coordinator, as they may when one forgot its
    /// ballot with its disk. A higher ballot than any of theirs ends that.
    /// </param>
    public NodeId? Choose(bool isAskedToBe, bool goesRound = false)
    {
        if (goesRound && replica.IsVoter)
        {
            return self;
        }

        var config = replica.Config!;
        var holder = Holder;
        if (holder != NodeId.None && holder != self && config.Contains(holder) && host.IsAlive(holder))
        {
            return holder;
        }

        // An own ballot that is not held (after a restart, or given up), or a holder that is gone: a voter takes the next one.
        if (replica.IsVoter && (holder != NodeId.None || isAskedToBe))
        {
            return self;
        }

        foreach (var node in config.Replicas)
        {
            if (node == self ? replica.IsVoter : host.IsAlive(node) && !_learners.ContainsKey(node))
            {
                return node;
            }
        }

        return replica.IsVoter ? self : null;
    }

    /// <summary>True when so many replicas answer and have their memory, as far as known, that a ballot can be taken.</summary>
    public bool IsQuorumAlive()
    {
        var quorum = replica.Config!.Quorum;
        return quorum.IsMet(quorum.SetOf(node => node == self ? !replica.IsLearner : (host.IsAlive(node) && !_learners.ContainsKey(node))));
    }
}
