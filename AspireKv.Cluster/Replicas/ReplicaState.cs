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
/// it is placed in the log, and check and placing are one step, so a promise never comes between them.
/// </remarks>
internal sealed class ReplicaState
{
    private readonly int _partition;
    private readonly NodeId _self;
    private readonly ulong _incarnation;
    private readonly IReplicaHost _host;
    private readonly int _listedKeys;
    private ReplicaSnapshot _state;

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

    /// <summary>True when the newest config known names this node, and it has its memory.</summary>
    public bool IsVoter => _state.Config is { } config && config.Contains(_self) && !_state.IsLearner;

    /// <summary>
    /// Takes a newer config durably; empties the partition when the config says that this node joined it anew. False when it is not newer.
    /// </summary>
    public bool Adopt(PartitionConfig config)
    {
        if (config.Epoch <= Epoch)
        {
            return false;
        }

        PlaceControl(new ConfigAdopted(_partition, config));
        if (config.Since(_self) is { } since && since != _state.Since)
        {
            PlaceControl(new PartitionEmptied(_partition, since));
        }

        return true;
    }

    /// <summary>
    /// Takes part without a memory, durably, unless it took part before: the cluster knows another incarnation of this node, which may have
    /// promised and stored what this one knows nothing of.
    /// </summary>
    public void MarkLearner()
    {
        if (Config is null)
        {
            PlaceControl(new LearnerMarked(_partition, true));
        }
    }

    /// <summary>Obeys or rejects one request. The config that came with it is taken already.</summary>
    public void OnRequest(NodeId from, PeerRequest request)
    {
        if (request.Epoch > Epoch)
        {
            // A newer config that did not travel with the message: ask for it.
            Answer(from, request, PeerResponseKind.EpochRejected, _controlPosition);
            return;
        }

        if (request.Epoch < Epoch || !Config!.Contains(_self))
        {
            _host.Answer(from, Response(request, PeerResponseKind.EpochRejected) with { Config = Config }, _controlPosition);
            return;
        }

        if (request.Ballot < Promised || (request.Ballot == Promised && request.Kind == PeerRequestKind.Prepare))
        {
            _host.Answer(from, Response(request, PeerResponseKind.BallotRejected) with { Promised = Promised }, _controlPosition);
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
                _host.Answer(from, Response(request, PeerResponseKind.ReadResult) with { Entry = _host.Find(request.Key) }, _lastPosition);
                break;
            case PeerRequestKind.Accept:
                var accepted = Accept(request.Key, request.Entry!);

                // A refusal shows nothing that was stored, and must not wait for the very disk that it complains of.
                Answer(from, request, accepted, accepted == PeerResponseKind.Unavailable ? _controlPosition : _lastPosition);
                break;
            case PeerRequestKind.Purge:
                Purge(request.Key, request.PurgeStamp);
                Answer(from, request, PeerResponseKind.Purged, _lastPosition);
                break;
            case PeerRequestKind.List:
                _host.Answer(
                    from,
                    Response(request, PeerResponseKind.KeysListed) with { Page = _host.ListKeys(request.Key, _listedKeys) },
                    _lastPosition);
                break;
            case PeerRequestKind.Rebuild:
                Answer(from, request, Rebuild(request), _lastPosition);
                break;
            case PeerRequestKind.Rebuilt:
                Answer(from, request, EndRebuild(request), _lastPosition);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(request), request.Kind, "A replica does not know this request.");
        }
    }

    private PeerResponseKind Accept(StoreKey key, Entry entry)
    {
        if (entry.Stamp <= _highestStamp)
        {
            var stored = _host.Find(key);
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

    private void Purge(StoreKey key, Stamp stamp)
    {
        if (stamp > _state.Purged || _host.Find(key)?.Stamp == stamp)
        {
            var record = new TombstonePurged(_partition, key, stamp);
            _lastPosition = _host.Place(record);
            _state = _state.With(record);
            _highestStamp = stamp > _highestStamp ? stamp : _highestStamp;
        }
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
    /// one.
    /// </summary>
    private PeerResponseKind EndRebuild(PeerRequest request)
    {
        if (request.Incarnation != _incarnation || (_state.IsLearner && _state.RebuildBallot != request.Ballot))
        {
            return PeerResponseKind.Refused;
        }

        if (_state.IsLearner)
        {
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
        _host.Answer(to, Response(request, kind), afterPosition);

    private PeerResponse Response(PeerRequest request, PeerResponseKind kind) => new()
    {
        Kind = kind,
        Partition = _partition,
        Id = request.Id,
        Ballot = request.Ballot,
        Epoch = Epoch,
        IsLearner = _state.IsLearner,
        Incarnation = _state.IsLearner ? _incarnation : 0,
    };
}
