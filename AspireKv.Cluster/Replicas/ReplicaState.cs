using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Replicas;

/// <summary>
/// A node in its role as replica of one partition: the acceptor of Paxos (Lamport, "Paxos Made Simple", 2001), one register for each key
/// (Hoch and others, "Bizur", arXiv 1702.04242).
/// </summary>
/// <remarks>
/// Guarantees: once it answered under a ballot it stores nothing under a lower one, across crashes; it stores nothing that a purged
/// tombstone was newer than; an answer leaves only after everything that it shows is durable. Its own checks see a record from the moment
/// it is placed in the WAL, and check and placing are one step, so a promise never comes between them. A request that needs an entry which
/// is not in memory is put off until it is, and then judged from the beginning, like a message that took longer: no step waits for a disk.
/// </remarks>
internal sealed class ReplicaState
{
    private readonly int _partition;
    private readonly NodeId _self;
    private readonly ulong _incarnation;
    private readonly IReplicaHost _host;
    private readonly int _listedKeys;
    private ReplicaSnapshot _state;
    private bool _isAdmitted;

    /// <summary>
    /// No entry here has a higher stamp, so an Accept above it needs no look at what is stored. After a restart: the highest stamp that the
    /// promised ballot could have given.
    /// </summary>
    private Stamp _highestStamp;

    /// <summary>The place of the last record that changed promise, config or membership: what a Confirm or a reject shows.</summary>
    private long _controlPosition;

    /// <summary>The place of the last record of this partition: at or above all that any answer shows.</summary>
    private long _lastPosition;

    public ReplicaState(
        int partition, NodeId self, ulong incarnation, ReplicaSnapshot recovered, IReplicaHost host, int listedKeys)
    {
        _partition = partition;
        _self = self;
        _incarnation = incarnation;
        _host = host;
        _listedKeys = listedKeys;
        _state = recovered;
        _highestStamp = recovered.Promised == Ballot.Zero ? recovered.Purged : new Stamp(recovered.Promised, long.MaxValue);
    }

    public Ballot Promised => _state.Promised;

    public PartitionConfig? Config => _state.Config;

    public bool IsLearner => _state.IsLearner;

    public long Epoch => _state.Config?.Epoch ?? 0;

    /// <summary>
    /// False until the other voters let this start take part: until then the entries and promises here may be older than what this node
    /// showed, and nothing is answered by them.
    /// </summary>
    public bool IsAdmitted => _isAdmitted || (_isAdmitted = _state.Config is { } config && _host.MayVote(config.Quorum));

    /// <summary>True while this node holds the partition and the other voters did not let this start take part.</summary>
    public bool AwaitsAdmission => !IsAdmitted && _state.Config?.Contains(_self) == true;

    /// <summary>True when the config adopted names this node, its start is admitted, and it has its memory.</summary>
    public bool IsVoter => _state.Config is { } config && config.Contains(_self) && !_state.IsLearner && IsAdmitted;

    /// <summary>True while entries are stored that may belong to a membership; false once they were dropped.</summary>
    public bool HasEntries => _state.Since != 0;

    /// <summary>As <see cref="IsVoter"/>, once this config is adopted: the present one or a newer one.</summary>
    public bool IsVoterUnder(PartitionConfig config) =>
        config.Epoch <= Epoch
            ? IsVoter
            : config.GrantOf(_self) is { } grant
                && (grant.Since == _state.Since ? !_state.IsLearner : grant.Incarnation == _incarnation)
                && _host.MayVote(config.Quorum);

    /// <summary>
    /// Takes a newer config durably. Where it gives this node the partition anew, whatever is stored is void, and where it gives it to
    /// another life of the node, that one may have promised and stored what this one knows nothing of: the replica is a learner. False when
    /// the config is not newer.
    /// </summary>
    public bool Adopt(PartitionConfig config)
    {
        if (config.Epoch <= Epoch)
        {
            return false;
        }

        PlaceControl(config.GrantOf(_self) is { } grant && grant.Since != _state.Since
            ? new ConfigTaken(_partition, config, grant.Since, IsEmptied: true, IsLearner: grant.Incarnation != _incarnation)
            : new ConfigTaken(_partition, config, _state.Since, IsEmptied: false, _state.IsLearner));

        // Other voters have to let this start take part.
        _isAdmitted = false;
        return true;
    }

    /// <summary>
    /// Drops the entries, which no membership needs any more, and obeys nothing under a config older than this one, which leaves this node
    /// out. What was promised and purged stays.
    /// </summary>
    public void Leave(PartitionConfig config) =>
        PlaceControl(new ConfigTaken(_partition, config, Since: 0, IsEmptied: true, IsLearner: false));

    /// <summary>
    /// False where the ballot of the request is too low, whatever its config says: who rejects a coordinator takes no config from it, which
    /// would only harm the one that holds the ballot.
    /// </summary>
    public bool MayObey(PeerRequest request) =>
        request.Ballot > Promised || (request.Ballot == Promised && request.Kind != PeerRequestKind.Prepare);

    /// <summary>
    /// Obeys or rejects one request. The config that came with it is taken already. Before the start is admitted every request is left
    /// unanswered, and so is one that cannot be obeyed yet.
    /// </summary>
    public void OnRequest(NodeId from, PeerRequest request)
    {
        if (AwaitsAdmission)
        {
            _host.Answer(from, PeerResponse.Unanswered(request), afterPosition: 0);
            return;
        }

        if (request.Epoch > Epoch && MayObey(request))
        {
            // A newer config that did not travel with the message: ask for it.
            Answer(from, request, PeerResponseKind.EpochRejected, _controlPosition);
            return;
        }

        if (request.Epoch < Epoch || (request.Epoch == Epoch && !Config!.Contains(_self)))
        {
            _host.Answer(
                from, Response(request, PeerResponseKind.EpochRejected, _controlPosition) with { Config = Config }, _controlPosition);
            return;
        }

        if (!MayObey(request))
        {
            _host.Answer(
                from, Response(request, PeerResponseKind.BallotRejected, _controlPosition) with { Promised = Promised }, _controlPosition);
            return;
        }

        if (request.Ballot > Promised)
        {
            PlaceControl(new BallotPromised(_partition, request.Ballot));
        }

        switch (request.Kind)
        {
            case PeerRequestKind.Prepare:
                Answer(from, request, PeerResponseKind.Promised, _controlPosition);
                break;
            case PeerRequestKind.Confirm:
                Answer(from, request, PeerResponseKind.Confirmed, _controlPosition);
                break;
            case PeerRequestKind.Read:
                if (!_host.TryFind(request.Key, out var entry))
                {
                    _host.Defer(from, request);
                    return;
                }

                _host.Answer(from, Response(request, PeerResponseKind.ReadResult, _lastPosition) with { Entry = entry }, _lastPosition);
                break;
            case PeerRequestKind.Accept:
                if (Accept(request.Key, request.Entry!) is not { } accepted)
                {
                    _host.Defer(from, request);
                    return;
                }

                // A refusal shows nothing that was stored, and must not wait for the very disk that it complains of.
                Answer(from, request, accepted, accepted == PeerResponseKind.Unavailable ? _controlPosition : _lastPosition);
                break;
            case PeerRequestKind.Purge:
                if (!TryPurge(request.Key, request.PurgeStamp))
                {
                    _host.Defer(from, request);
                    return;
                }

                Answer(from, request, PeerResponseKind.Purged, _lastPosition);
                break;
            case PeerRequestKind.List:
                if (!_host.TryListKeys(request.Key, request.Buckets, _listedKeys, out var page))
                {
                    _host.Defer(from, request);
                    return;
                }

                _host.Answer(from, Response(request, PeerResponseKind.KeysListed, _lastPosition) with { Page = page }, _lastPosition);
                break;
            case PeerRequestKind.Sum:
                if (!_host.TrySumBuckets(out var sums))
                {
                    _host.Defer(from, request);
                    return;
                }

                _host.Answer(from, Response(request, PeerResponseKind.Summed, _lastPosition) with { Sums = sums }, _lastPosition);
                break;
            case PeerRequestKind.Rebuild:
                Answer(from, request, Rebuild(request), _lastPosition);
                break;
            case PeerRequestKind.Rebuilt:
                if (EndRebuild(request) is not { } ended)
                {
                    _host.Answer(from, PeerResponse.Unanswered(request), afterPosition: 0);
                    return;
                }

                Answer(from, request, ended, _lastPosition);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(request), request.Kind, "A replica does not know this request.");
        }
    }

    /// <summary>Null when the stored entry, which is needed, is not in memory.</summary>
    private PeerResponseKind? Accept(StoreKey key, Entry entry)
    {
        if (entry.Stamp <= _highestStamp)
        {
            if (!_host.TryFind(key, out var stored))
            {
                return null;
            }

            if (stored is null && entry.Stamp <= _state.Purged)
            {
                return PeerResponseKind.Refused;
            }

            if (stored is not null && entry.Stamp <= stored.Stamp)
            {
                return PeerResponseKind.Accepted;
            }
        }

        if (_host.CheckRoom(entry) != NotAppliedReason.None)
        {
            return PeerResponseKind.Unavailable;
        }

        _highestStamp = entry.Stamp > _highestStamp ? entry.Stamp : _highestStamp;
        _lastPosition = _host.Place(new EntryAccepted(_partition, key, entry));
        return PeerResponseKind.Accepted;
    }

    /// <summary>False when the stored entry, which is needed, is not in memory.</summary>
    private bool TryPurge(StoreKey key, Stamp stamp)
    {
        if (stamp <= _state.Purged)
        {
            if (!_host.TryFind(key, out var stored))
            {
                return false;
            }

            if (stored?.Stamp != stamp)
            {
                return true;
            }
        }

        var record = new TombstonePurged(_partition, key, stamp);
        _lastPosition = _host.Place(record);
        _state = _state.With(record);
        _highestStamp = stamp > _highestStamp ? stamp : _highestStamp;
        return true;
    }

    /// <summary>Obeyed once under one ballot: a message that comes again must not take away what was copied since.</summary>
    private PeerResponseKind Rebuild(PeerRequest request)
    {
        if (!_state.IsLearner || request.Incarnation != _incarnation)
        {
            return PeerResponseKind.Refused;
        }

        if (_state.RebuildBallot != request.Ballot)
        {
            PlaceControl(new RebuildBegun(_partition, request.PurgeStamp));
            _highestStamp = request.PurgeStamp > _highestStamp ? request.PurgeStamp : _highestStamp;
        }

        return PeerResponseKind.RebuildBegun;
    }

    /// <summary>
    /// The request's ballot is the one promised by now. A copy made under another ballot may lack entries that were committed under the new
    /// one. The former self may come back with all it held: no vote before the others know, durably, that it is over.
    /// </summary>
    private PeerResponseKind? EndRebuild(PeerRequest request)
    {
        if (request.Incarnation != _incarnation || (_state.IsLearner && _state.RebuildBallot != request.Ballot))
        {
            return PeerResponseKind.Refused;
        }

        if (_state.IsLearner)
        {
            if (!_host.IsKnown(Config!.Quorum))
            {
                return null;
            }

            PlaceControl(new LearnerMarked(_partition, false));
        }

        return PeerResponseKind.Rebuilt;
    }

    private void PlaceControl(ReplicaRecord record)
    {
        _controlPosition = _lastPosition = _host.Place(record);
        _state = _state.With(record);
    }

    private void Answer(NodeId to, PeerRequest request, PeerResponseKind kind, long afterPosition) =>
        _host.Answer(to, Response(request, kind, afterPosition), afterPosition);

    private PeerResponse Response(PeerRequest request, PeerResponseKind kind, long position) => new()
    {
        Kind = kind,
        Partition = _partition,
        Id = request.Id,
        Ballot = request.Ballot,
        Epoch = Epoch,
        IsLearner = _state.IsLearner,
        Incarnation = _state.IsLearner ? _incarnation : 0,
        Position = position,
    };
}
