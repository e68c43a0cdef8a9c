using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// Who coordinates the partition as far as this node knows, and so where an operation goes. A view only: a node that is asked wrongly
/// passes the operation on, so a stale view costs a hop and never a wrong result.
/// </summary>
internal sealed class HolderView(NodeId self, ReplicaState replica, IPartitionHost host, ProtocolOptions options)
{
    private const int RoundsOfSilence = 4;

    /// <summary>
    /// The replicas known to have lost their memory, with the incarnation that they have now. A coordinator rebuilds only those that were
    /// known before it took its ballot.
    /// </summary>
    private readonly Dictionary<NodeId, ulong> _learners = [];

    /// <summary>When each of them last said so: the learner alone tells this node that it is one, and nobody that it is not.</summary>
    private readonly Dictionary<NodeId, TimeSpan> _heardAt = [];

    /// <summary>Since when each of them has said so without a word to the contrary.</summary>
    private readonly Dictionary<NodeId, TimeSpan> _learnsSince = [];

    /// <summary>Since when this process has had the partition: what was before, it does not know.</summary>
    private readonly TimeSpan _begunAt = host.Now;

    /// <summary>What an earlier process promised: that process may have held the ballot, and this one does not.</summary>
    private readonly Ballot _recovered = replica.Promised;

    /// <summary>When a replica last lacked room for an entry, unless it took one since.</summary>
    private readonly Dictionary<NodeId, TimeSpan> _fullAt = [];

    /// <summary>The newest config that the topology showed, or null before any.</summary>
    private PartitionConfig? _shown;

    /// <summary>Since when this process has known <see cref="_shown"/>.</summary>
    private TimeSpan _movesSince = host.Now;

    /// <summary>Until when a holder that a new config leaves out may still end what is under way.</summary>
    private TimeSpan _leavesUntil;

    /// <summary>The ballot whose holder said that it gave it up.</summary>
    private Ballot _resigned;

    /// <summary>The node that is to take the next ballot after <see cref="_resigned"/>, or none.</summary>
    private NodeId _successor;

    /// <summary>
    /// The newest config known: the one that the replica adopted, or one that the topology shows and the replica obeys as soon as a message
    /// under it comes.
    /// </summary>
    public PartitionConfig? Config => _shown?.Epoch > replica.Epoch ? _shown : replica.Config;

    /// <summary>True where <see cref="Config"/> is newer than the one that the replica adopted.</summary>
    public bool HasNewerConfig => _shown?.Epoch > replica.Epoch;

    /// <summary>True where the topology leaves this node out, and shows no older config than the one that the replica adopted.</summary>
    public bool IsLeftOut => _shown is not null && _shown.Epoch >= replica.Epoch && !_shown.Contains(self);

    public NodeId Self => self;

    /// <summary>True once this node takes no ballot any more, for as long as the process runs.</summary>
    public bool StandsDown { get; set; }

    /// <summary>The highest ballot promised or shown by a reject; its node is the holder as far as known.</summary>
    public Ballot Highest { get; private set; } = replica.Promised;

    public IReadOnlyDictionary<NodeId, ulong> Learners => _learners;

    /// <summary>The node that coordinates the partition as far as known, or none.</summary>
    /// <remarks>A learner does not know any more that it held a ballot.</remarks>
    public NodeId Holder => Highest == _resigned || Lacks(Highest.Node) ? NodeId.None : Highest.Node;

    /// <summary>True where an earlier process of this node held the ballot, and others know whether there is a higher one by now.</summary>
    public bool WasStoppedAsHolder => Holder == self && Highest == _recovered;

    /// <summary>True where this node gave up the highest ballot known: to whoever comes first of the others.</summary>
    public bool HasGivenUp => Highest == _resigned && _resigned.Node == self;

    /// <summary>
    /// True where another node coordinates the partition as far as known, and answers this one or, where the link between them is cut, a
    /// third one: nobody who merely lost sight of the holder asks for its ballot (Ongaro, "Consensus: Bridging Theory and Practice", 2014,
    /// section 9.6, pre-vote, to the same end).
    /// </summary>
    private bool HasLiveHolder =>
        Holder is var holder && holder != NodeId.None && holder != self
        && (Config!.Contains(holder) || (host.Now < _leavesUntil && replica.Config!.Contains(holder)))
        && (host.IsAlive(holder) || host.IsCutOff(holder));

    /// <summary>True when this node may coordinate the partition under the newest config.</summary>
    public bool MayTakeBallot => !StandsDown && Config is { } config && replica.IsVoterUnder(config);

    /// <summary>True when this node goes on as the holder under the newest config: others should where it is to leave.</summary>
    public bool MayStayHolder => MayTakeBallot && (Config!.Replicas.Contains(self) || !Config.Replicas.Any(MayVote));

    public void Show(Ballot ballot) => Highest = ballot > Highest ? ballot : Highest;

    /// <summary>Takes note of a config that the topology shows.</summary>
    public void Learn(PartitionConfig config)
    {
        if (config.Epoch > (_shown?.Epoch ?? 0))
        {
            (_shown, _movesSince, _leavesUntil) = (config, host.Now, host.Now + (options.ConfigTimeout * 2));
        }
    }

    /// <summary>Forgets the learners that do not hold the partition by the config that the replica adopted.</summary>
    public void ForgetLearnersThatLeft()
    {
        foreach (var node in _learners.Keys.Where(node => !replica.Config!.Contains(node)).ToArray())
        {
            _learners.Remove(node);
            _learnsSince.Remove(node);
        }
    }

    /// <summary>Takes note that the holder of the ballot gave it up, and of the node that it named to come next.</summary>
    public void Resigned(Ballot ballot, NodeId successor) =>
        (_resigned, _successor) = ballot > _resigned ? (ballot, successor) : (_resigned, _successor);

    /// <summary>Gives up a ballot of this node.</summary>
    /// <returns>The first in line of the others that answer and have their memory, for the next one; none without any.</returns>
    public NodeId Resign(Ballot own)
    {
        Resigned(own, InLine().FirstOrDefault(node => node != self && MayVote(node)));
        return _successor;
    }

    /// <summary>The node that was named to take the next ballot, where nobody has taken one since; else none.</summary>
    public NodeId Successor => Highest == _resigned ? _successor : NodeId.None;

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
            _learnsSince.Remove(node);
            return false;
        }

        if (!Hears(node))
        {
            return false;
        }

        _heardAt[node] = host.Now;
        _learnsSince.TryAdd(node, host.Now);
        if (node == self || (_learners.TryGetValue(node, out var known) && known == incarnation))
        {
            return false;
        }

        _learners[node] = incarnation;
        return true;
    }

    /// <summary>True where the node holds the partition: what others lack matters to nobody.</summary>
    public bool Hears(NodeId node) => Config?.Contains(node) == true;

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
        if (goesRound && MayTakeBallot)
        {
            return self;
        }

        var holder = Holder;
        if (HasLiveHolder)
        {
            return holder;
        }

        // Where everybody goes by the same word, no two take the ballot at once, whichever configs they know.
        if (Successor is var successor && successor != NodeId.None && (successor == self ? MayTakeBallot : MayVote(successor)))
        {
            return successor;
        }

        // An own ballot that this process gave up, or a holder that is gone: a voter takes the next one.
        var wasHeldBefore = WasStoppedAsHolder;
        if (MayTakeBallot && ((holder != NodeId.None && !wasHeldBefore) || (isAskedToBe && !HasGivenUp)))
        {
            return self;
        }

        // Asked last: a node that gave the ballot up, since it had no quorum or is about to stop; and this one where it was stopped as the
        // holder, since others know whether there is another by now, and to take the ballot from that one leaves its writes open.
        var last = wasHeldBefore ? self : Highest == _resigned ? _resigned.Node : NodeId.None;
        foreach (var node in InLine())
        {
            if (node != last && (node == self ? MayTakeBallot : MayVote(node)))
            {
                return node;
            }
        }

        return MayTakeBallot ? self : last != self && Config!.Replicas.Contains(last) && MayVote(last) ? last : null;
    }

    /// <summary>
    /// How many replicas would take the ballot before this one where nobody holds it; null where somebody does, as far as known, or this
    /// node may not take it. One that the partition only moves to leaves it to the others, unless they take this node for the holder.
    /// </summary>
    public int? PlaceInLine =>
        MayTakeBallot && (Holder == self || Config!.Replicas.Contains(self)) && !HasLiveHolder
            ? InLine().TakeWhile(node => node != self).Count(MayVote)
            : null;

    /// <summary>Takes note of whether a replica has room: a coordinator without any would refuse what others could store.</summary>
    public void NoteRoom(NodeId node, PeerResponseKind answer)
    {
        if (answer == PeerResponseKind.Unavailable)
        {
            _fullAt[node] = host.Now;
        }
        else if (answer == PeerResponseKind.Accepted)
        {
            _fullAt.Remove(node);
        }
    }

    /// <summary>True when the other node would serve clients as well as this one, as far as known, and everybody has its memory.</summary>
    public bool MayCoordinate(NodeId node) =>
        _learners.Count == 0 && host.IsAlive(node) && IsQuorumAlive() && !host.IsHandicapped(node)
        && !(_fullAt.TryGetValue(node, out var fullAt) && host.Now - fullAt < options.FullFor);

    /// <summary>True where the disk of this node is slow or full, and another replica would serve clients better.</summary>
    public bool HasBetterCoordinator() =>
        host.IsHandicapped(self) && Config!.Replicas.Any(node => node != self && MayCoordinate(node));

    /// <summary>
    /// The other replicas that keep tombstones from going, each once: a purge needs the word of everybody. None when everybody answers and
    /// has its memory, as far as known, and the partition does not move.
    /// </summary>
    public IEnumerable<PurgeHold> PurgeHolds()
    {
        foreach (var node in Config!.Voters.Union(_learners.Keys).Where(node => node != self))
        {
            if (!host.IsAlive(node))
            {
                var reason = host.IsCutOff(node) ? PurgeHoldReason.CutOff : PurgeHoldReason.Dead;
                yield return new PurgeHold(node, reason, host.LastHeardAt(node) ?? _begunAt);
            }
            else if (_learners.ContainsKey(node))
            {
                yield return new PurgeHold(node, PurgeHoldReason.Learner, _learnsSince[node]);
            }
            else if (Config!.NextReplicas.Contains(node) && !Config.Replicas.Contains(node))
            {
                yield return new PurgeHold(node, PurgeHoldReason.Moving, _movesSince);
            }
        }
    }

    /// <summary>True when so many replicas answer and have their memory, as far as known, that a ballot can be taken.</summary>
    public bool IsQuorumAlive()
    {
        var quorum = Config!.Quorum;
        return quorum.IsMet(quorum.SetOf(node => node == self ? replica.IsVoterUnder(Config!) : MayVote(node)));
    }

    /// <summary>True when the other node answers and has its memory, as far as known.</summary>
    public bool MayVote(NodeId node) => host.IsAlive(node) && !Lacks(node);

    /// <summary>The replicas in the order in which they are to take the ballot: those with a slow or full disk after all others.</summary>
    private IEnumerable<NodeId> InLine()
    {
        var replicas = Config!.Replicas;
        return replicas.Where(node => !host.IsHandicapped(node)).Concat(replicas.Where(host.IsHandicapped));
    }

    /// <summary>
    /// True when the node lacks its memory as far as known. A learner speaks to one voter after the other; one that was silent for several
    /// rounds was rebuilt by another node, or is gone.
    /// </summary>
    private bool Lacks(NodeId node) => _learners.ContainsKey(node)
        && host.Now - _heardAt[node] < options.LearningInterval * RoundsOfSilence * Config!.Voters.Count;
}
