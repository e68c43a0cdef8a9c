using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination;

/// <summary>
/// The open questions of one coordinator: sends them, counts the answers, and tells the owner of a question once enough replicas answered.
/// An answer counts only for the round whose id it carries, once for each replica, and never after that round was closed. A message goes to
/// a replica once on each stream, and again only where the replica said that it leaves it unanswered.
/// </summary>
/// <param name="host">The world.</param>
/// <param name="replica">The own replica.</param>
/// <param name="self">This node.</param>
/// <param name="ballot">The ballot of the coordinator.</param>
/// <param name="learners">The replicas that are known to have lost their memory, as known at any moment.</param>
internal sealed class Rounds(
    ICoordinatorHost host, ReplicaState replica, NodeId self, Ballot ballot, IReadOnlyDictionary<NodeId, ulong> learners)
{
    /// <summary>The rounds that still wait for answers, by request number.</summary>
    private readonly Dictionary<long, Round> _open = [];

    /// <summary>The epoch that each voter is known to have; below ours, our config travels with the message.</summary>
    private readonly Dictionary<NodeId, long> _epochs = [];

    /// <summary>The number of the stream to each voter by which <see cref="Round.Sent"/> of the open rounds is meant.</summary>
    private readonly Dictionary<NodeId, long> _links = [];

    private readonly PartitionConfig _config = replica.Config!;
    private TimeSpan _lastQuorumAt;

    /// <summary>The replicas of <see cref="Doubted"/> that became doubted since a comparison began.</summary>
    private ulong _newlyDoubted;

    /// <summary>
    /// The replicas that may lack something: at first all others, and from then on each one that a message to it may have missed, even of a
    /// round that a quorum closed without it. A message that a network loses without a word is found by the comparisons on a schedule.
    /// </summary>
    public ulong Doubted { get; private set; } = replica.Config!.Quorum.Everyone & ~replica.Config!.Quorum.BitOf(self);

    /// <summary>The config that the coordinator acts under, for as long as it lives.</summary>
    public PartitionConfig Config => _config;

    public Quorum Quorum => _config.Quorum;

    /// <summary>The own replica, as a bit.</summary>
    public ulong Self { get; } = replica.Config!.Quorum.BitOf(self);

    /// <summary>True while a replica is known to have lost its memory. A learner that was not known ends the coordinator.</summary>
    public bool HasLearners => learners.Count > 0;

    /// <summary>True while answers are awaited.</summary>
    public bool IsWaiting => _open.Count > 0;

    /// <summary>These replicas may lack something.</summary>
    public void Doubt(ulong nodes)
    {
        Doubted |= nodes & ~Self;
        _newlyDoubted |= nodes & ~Self;
    }

    /// <summary>Whatever the replicas miss from here on outlasts the next <see cref="Trust"/>.</summary>
    public void BeginToCompare() => _newlyDoubted = 0;

    /// <summary>These replicas lacked nothing when <see cref="BeginToCompare"/> was called.</summary>
    public void Trust(ulong nodes) => Doubted &= ~nodes | _newlyDoubted;

    /// <summary>Opens the round and asks: the own replica first, since what it cannot place must not be sent to others.</summary>
    public void Start(Round round, bool sendToOthers = true)
    {
        _open.Add(round.Request.Id.Number, round);
        AskOwn(round);
        if (sendToOthers)
        {
            SendToOthers(round);
        }
    }

    /// <summary>
    /// Opens a round in which the own replica counts at once, if it still obeys the ballot. A coordinator whose replica does not is at its
    /// end, whether it was told so or not.
    /// </summary>
    public void StartWithOwnVote(Round round)
    {
        round.Votes = round.Answered = replica.Promised == ballot ? Self : 0;
        _open.Add(round.Request.Id.Number, round);
        SendToOthers(round);
        if (Quorum.IsMet(round.Votes))
        {
            Close(round);
        }
    }

    /// <summary>
    /// Sends the round to the replicas that have not answered, the same message each time: to those that it is not on its way to already.
    /// </summary>
    public void SendToOthers(Round round)
    {
        foreach (var node in _config.Voters)
        {
            var bit = Quorum.BitOf(node);
            if (bit != Self && IsToAnswer(round, bit) && !IsOnItsWay(node, bit, round))
            {
                Send(node, bit, round);
            }
        }
    }

    /// <summary>As <see cref="SendToOthers"/>, and asks the own replica too, where it left the question unanswered.</summary>
    public void SendAgain(Round round)
    {
        AskOwn(round);
        SendToOthers(round);
    }

    /// <summary>
    /// False when the replicas that could not store leave too few others: no answer that may still come would make the round met. A learner
    /// counts in no quorum, whatever it answers.
    /// </summary>
    public bool CanBeMet(Round round) =>
        (round.Unavailable & (round.Needed | Self)) == 0 && Quorum.IsMet(~(round.Unavailable | Quorum.SetOf(learners.ContainsKey)));

    /// <summary>
    /// False when the streams to so many voters have too much to send that an Accept of the entry would reach no quorum in so much time.
    /// Where no stream has too much, it is true: whether anybody is there shows otherwise. A learner counts in no quorum.
    /// </summary>
    public bool CanBeSentWithin(TimeSpan time, Entry entry)
    {
        var (reached, late) = (Self, 0UL);
        foreach (var node in _config.Voters)
        {
            var bit = Quorum.BitOf(node);
            if (bit == Self || learners.ContainsKey(node))
            {
                continue;
            }

            if (host.TimeToSend(node, entry) > time)
            {
                late |= bit;
            }
            else if (host.LinkTo(node) != 0)
            {
                reached |= bit;
            }
        }

        return late == 0 || Quorum.IsMet(reached);
    }

    /// <summary>True while the question waits for answers.</summary>
    public bool IsOpen(long requestNumber) => _open.ContainsKey(requestNumber);

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
            if (round.Needed == 0 && round.Alone == 0 && now - round.StartedAt >= patience)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Counts an answer towards the round that it belongs to; an answer to a closed round counts for nothing.</summary>
    public void OnResponse(NodeId from, PeerResponse response)
    {
        if (response.Kind is PeerResponseKind.Unanswered or PeerResponseKind.Unavailable)
        {
            Doubt(Quorum.BitOf(from));
        }

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
                    // Whatever the replica knew before, it lacks the config now.
                    _epochs[from] = response.Epoch;
                    Send(from, Quorum.BitOf(from), round);
                }

                return;
            case PeerResponseKind.BallotRejected:
                return;
            case PeerResponseKind.Unanswered:
                round.Sent &= ~Quorum.BitOf(from);
                return;
            case PeerResponseKind.Unavailable:
                round.Sent &= ~Quorum.BitOf(from);
                if (round.Alone == 0)
                {
                    round.Unavailable |= Quorum.BitOf(from);
                    round.Owner.OnUnavailable(round);
                }

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
            ? (round.Answered & round.Alone) == round.Alone
            : (round.Votes & Self) != 0 && Quorum.IsMet(round.Votes) && (round.Answered & round.Needed) == round.Needed;
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

    /// <summary>True when the replica is asked and has not said yet how it stands.</summary>
    private static bool IsToAnswer(Round round, ulong bit) =>
        (round.Alone == 0 || (round.Alone & bit) != 0) && ((round.Answered | round.Unavailable) & bit) == 0;

    /// <summary>True while the stream that took the message is up.</summary>
    private bool IsOnItsWay(NodeId node, ulong bit, Round round)
    {
        if ((round.Sent & bit) != 0)
        {
            See(node, bit, host.LinkTo(node));
        }

        return (round.Sent & bit) != 0;
    }

    private void AskOwn(Round round)
    {
        if (IsToAnswer(round, Self) && (round.Sent & Self) == 0)
        {
            round.Sent |= Self;
            replica.OnRequest(self, round.Request);
        }
    }

    private void Send(NodeId node, ulong bit, Round round)
    {
        var lacksConfig = round.Request.Config is null && _epochs.GetValueOrDefault(node) < _config.Epoch;
        var request = lacksConfig ? round.Request with { Config = _config } : round.Request;
        var link = host.Send(node, request, round.Cause);
        See(node, bit, link);
        round.Sent = link == 0 ? round.Sent & ~bit : round.Sent | bit;
        if (link == 0 && request.Kind == PeerRequestKind.Accept)
        {
            Doubt(bit);
        }
    }

    /// <summary>Takes note of the stream that is up. What was given to another one, and not answered there, is lost.</summary>
    private void See(NodeId node, ulong bit, long link)
    {
        if (link == 0 || _links.GetValueOrDefault(node) == link)
        {
            return;
        }

        if (!_links.TryAdd(node, link))
        {
            _links[node] = link;
            Doubt(bit);
        }

        foreach (var open in _open.Values)
        {
            open.Sent &= ~bit;
        }
    }
}
