using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination;

/// <summary>
/// The open questions of one coordinator: sends them, counts the answers, and tells the owner of a question once enough replicas answered.
/// An answer counts
/// only for the round whose id it carries, once for each replica, and never after that round was closed.
/// </summary>
internal sealed class Rounds(ICoordinatorHost host, ReplicaState replica, NodeId self, Ballot ballot)
{
    /// <summary>The rounds that still wait for answers, by request number.</summary>
    private readonly Dictionary<long, Round> _open = [];

    /// <summary>The epoch that each voter is known to have; below ours, our config travels with the message.</summary>
    private readonly Dictionary<NodeId, long> _epochs = [];

    private readonly PartitionConfig _config = replica.Config!;
    private TimeSpan _lastQuorumAt;

    /// <summary>The config that the coordinator acts under, for as long as it lives.</summary>
    public PartitionConfig Config => _config;

    public Quorum Quorum => _config.Quorum;

    /// <summary>The own replica, as a bit.</summary>
    public ulong Self { get; } = replica.Config!.Quorum.BitOf(self);

    /// <summary>True while answers are awaited.</summary>
    public bool IsWaiting => _open.Count > 0;

    /// <summary>Opens the round and asks: the own replica first, since what it cannot place must not be sent to others.</summary>
    public void Start(Round round, bool sendToOthers = true)
    {
        _open.Add(round.Request.Id.Number, round);
        if (round.Alone == 0)
        {
            replica.OnRequest(self, round.Request);
        }

        if (sendToOthers)
        {
            SendToOthers(round);
        }
    }

    /// <summary>Opens a round in which the own replica counts at once: it obeys the ballot as long as the coordinator lives.</summary>
    public void StartWithOwnVote(Round round)
    {
        round.Votes = Self;
        round.Answered = Self;
        _open.Add(round.Request.Id.Number, round);
        SendToOthers(round);
        if (Quorum.IsMet(round.Votes))
        {
            Close(round);
        }
    }

    /// <summary>Sends the round to those who have not answered; the same message each time.</summary>
    public void SendToOthers(Round round)
    {
        foreach (var node in _config.Voters)
        {
            var bit = Quorum.BitOf(node);
            if (bit != Self && (round.Alone == 0 || round.Alone == bit) && ((round.Answered | round.Unavailable) & bit) == 0)
            {
                Send(node, round);
            }
        }
    }

    /// <summary>Closes the round without telling its owner: no further answer counts.</summary>
    public void Drop(Round round) => _open.Remove(round.Request.Id.Number);

    public void DropAll() => _open.Clear();

    /// <summary>True when a quorum has been waited for in vain since before <paramref name="patience"/> began.</summary>
    public bool HasLostQuorum(TimeSpan now, TimeSpan patience)
    {
        if (now - _lastQuorumAt < patience)
        {
            return false;
        }

        foreach (var round in _open.Values)
        {
            if (!round.NeedsEveryone && round.Alone == 0 && now - round.StartedAt >= patience)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Counts an answer towards the round that it belongs to; an answer to a closed round counts for nothing.</summary>
    public void OnResponse(NodeId from, PeerResponse response)
    {
        if (!_open.TryGetValue(response.Id.Number, out var round) || response.Ballot != ballot)
        {
            return;
        }

        _epochs[from] = Math.Max(response.Epoch, _epochs.GetValueOrDefault(from));
        switch (response.Kind)
        {
            case PeerResponseKind.EpochRejected:
                if (response.Epoch < _config.Epoch)
                {
                    Send(from, round);
                }

                return;
            case PeerResponseKind.BallotRejected:
            case PeerResponseKind.Unavailable when round.Alone != 0:
                return;
            case PeerResponseKind.Unavailable:
                round.Unavailable |= Quorum.BitOf(from);
                round.Owner.OnUnavailable(round);
                return;
            case PeerResponseKind.Refused:
                round.Owner.OnRefused(round);
                return;
            default:
                Count(from, response, round);
                return;
        }
    }

    private void Count(NodeId from, PeerResponse response, Round round)
    {
        var bit = Quorum.BitOf(from);
        if ((round.Answered & bit) != 0)
        {
            return;
        }

        round.Answered |= bit;
        if (!response.IsLearner)
        {
            round.Votes |= bit;
        }

        round.Owner.OnAnswer(round, from, response);

        // Without the own replica, "settled" would not mean that the committed entry is in the own store.
        var isMet = round.Alone != 0
            ? bit == round.Alone
            : (round.Votes & Self) != 0 && Quorum.IsMet(round.Votes) && (!round.NeedsEveryone || Quorum.IsEveryone(round.Answered));
        if (isMet)
        {
            Close(round);
        }
    }

    private void Close(Round round)
    {
        if (round.Alone == 0)
        {
            _lastQuorumAt = host.Now;
        }

        _open.Remove(round.Request.Id.Number);
        round.Owner.OnMet(round);
    }

    private void Send(NodeId node, Round round) => host.Send(
        node, _epochs.GetValueOrDefault(node) < _config.Epoch ? round.Request with { Config = _config } : round.Request, round.Cause);
}
