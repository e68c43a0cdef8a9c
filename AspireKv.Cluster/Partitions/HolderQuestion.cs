using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// Asks the other replicas whether they know a higher ballot than this node does, before this node takes the next one unasked: a node that
/// was away may know of no holder where there is one, and to outbid the holder would leave its writes open. Whoever promised a higher
/// ballot rejects the one that is asked about, and shows the higher one by that; where a quorum confirms it, nobody holds a higher one. And
/// whoever is asked leaves the next one to the asker for a while, so that an operation that comes just then does not take it elsewhere.
/// </summary>
internal sealed class HolderQuestion(
    int partition, NodeId self, HolderView view, ReplicaState replica, IPartitionHost host, Func<RequestId> nextRequestId)
{
    /// <summary>The ballot that was asked about last.</summary>
    private Ballot _asked;

    /// <summary>
    /// The config under which it was asked: the one that the replica adopted, so that nobody refuses what is under way by it, or the newest
    /// one where somebody obeys a newer one already, or there is nobody else to ask.
    /// </summary>
    private PartitionConfig? _config;

    /// <summary>The epoch of the newest config that was found to be obeyed by another replica.</summary>
    private long _obeyedEpoch;

    /// <summary>The number of the last question; 0 where none awaits answers.</summary>
    private long _number;

    /// <summary>Who confirmed the ballot, as a set of voters; this node is one.</summary>
    private ulong _confirmed;

    /// <summary>Who answered as a learner: nothing more is to come from it.</summary>
    private ulong _learning;

    /// <summary>Asks about the highest ballot that is known; answers to an earlier question count no more.</summary>
    public void Ask()
    {
        var id = nextRequestId();
        _config = _obeyedEpoch > replica.Epoch || replica.Config!.Voters.Count == 1 ? view.Config! : replica.Config;
        (_asked, _number, _confirmed, _learning) = (view.Highest, id.Number, _config.Quorum.BitOf(self), 0);
        foreach (var node in _config.Voters.Where(node => node != self))
        {
            var question = new PeerRequest
            {
                Kind = PeerRequestKind.Confirm,
                Partition = partition,
                Epoch = _config.Epoch,
                Ballot = view.Highest,
                Id = id,
                Config = _config,
            };
            host.Send(node, question, cause: null);
        }
    }

    /// <summary>
    /// True where the request is such a question of another node, which has the next ballot left to it. One that asks too asks no more:
    /// both may have everybody's answer.
    /// </summary>
    public bool IsAnothers(NodeId from, PeerRequest request)
    {
        // A coordinator confirms a ballot of its own.
        if (request.Kind != PeerRequestKind.Confirm || request.Ballot.Node == from)
        {
            return false;
        }

        _number = 0;
        return true;
    }

    /// <summary>
    /// Counts an answer, if it is one to the last question. True where all that answer at present, a quorum at least, have confirmed the
    /// ballot with it, once, and the ballot is the highest that is known still: one that did not confirm may be about to take the next.
    /// </summary>
    public bool IsSettledBy(NodeId from, PeerResponse response)
    {
        if (response.Id.Number == _number && response.Kind == PeerResponseKind.EpochRejected)
        {
            _obeyedEpoch = response.Epoch;
        }

        if (response.Id.Number != _number || response.Kind != PeerResponseKind.Confirmed)
        {
            return false;
        }

        var quorum = _config!.Quorum;
        _confirmed |= response.IsLearner ? 0 : quorum.BitOf(from);
        _learning |= response.IsLearner ? quorum.BitOf(from) : 0;
        if (!quorum.IsMet(_confirmed) || (quorum.SetOf(view.MayVote) & ~(_confirmed | _learning)) != 0)
        {
            return false;
        }

        _number = 0;
        return _asked == view.Highest;
    }
}
