using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Sabotage;

/// <summary>Answers leave before what they show is durable.</summary>
internal sealed class AcknowledgesBeforeSync : Saboteur
{
    public override bool LeavesInvariantsOn => false;

    public override long WaitsFor(SimulatedPartition at, PeerResponse response, long afterPosition) => 0;
}

/// <summary>The same, left to the invariants.</summary>
internal sealed class AcknowledgesBeforeSyncInPlainSight : Saboteur
{
    public override long WaitsFor(SimulatedPartition at, PeerResponse response, long afterPosition) => 0;
}

/// <summary>Promises are obeyed until the next crash and then forgotten.</summary>
internal sealed class ForgetsPromises : Saboteur
{
    public override bool LeavesInvariantsOn => false;

    public override bool Persists(NodeId node, ReplicaRecord record) => record is not BallotPromised;
}

/// <summary>A coordinator takes its ballot for confirmed without asking anybody.</summary>
internal sealed class SkipsConfirm : Saboteur
{
    public override bool LetsLeave(SimulatedPartition from, NodeId to, PeerRequest request, PendingTask? cause)
    {
        if (request.Kind != PeerRequestKind.Confirm)
        {
            return true;
        }

        Invent(from, to, request, PeerResponseKind.Confirmed);
        return false;
    }
}

/// <summary>What a quorum was found to disagree on is read all the same, without being written back to it.</summary>
internal sealed class SkipsWriteBack : Saboteur
{
    public override bool LetsLeave(SimulatedPartition from, NodeId to, PeerRequest request, PendingTask? cause)
    {
        if (request is not { Kind: PeerRequestKind.Accept, Entry: { } entry } || entry.Stamp == entry.Revision)
        {
            return true;
        }

        Invent(from, to, request, PeerResponseKind.Accepted);
        return false;
    }
}

/// <summary>A write of unknown outcome is made again, under a new revision.</summary>
internal sealed class RepeatsUnknownWrites : Saboteur
{
    public override bool Repeats(PendingOperation operation, OperationResult result) =>
        result.Outcome == OperationOutcome.Unknown && operation.Operation.Kind != OperationKind.Get && operation.Hops < 2;
}

/// <summary>An operation handed to another node arrives there twice.</summary>
internal sealed class ForwardsTwice : Saboteur
{
    public override int Forwards => 2;
}

/// <summary>A replica that could not store an entry is counted among those that hold it.</summary>
internal sealed class TakesUnavailableForAccepted : Saboteur
{
    public override PeerResponse Hears(SimulatedPartition at, NodeId from, PeerResponse response) =>
        response.Kind == PeerResponseKind.Unavailable ? response with { Kind = PeerResponseKind.Accepted } : response;
}

/// <summary>A replica that lost its memory votes as if it had not.</summary>
internal sealed class LetsLearnersVote : Saboteur
{
    public override PeerResponse Answers(SimulatedPartition at, NodeId to, PeerResponse response) =>
        response with { IsLearner = false, Incarnation = 0 };
}

/// <summary>A replica stores what is older than a tombstone that it purged.</summary>
internal sealed class ForgetsWhatWasPurged : Saboteur
{
    public override bool LetsArrive(SimulatedPartition at, NodeId from, PeerRequest request)
    {
        var state = at.Node.Disk.Placed.Snapshot(at.Number);
        var isPurged = request is { Kind: PeerRequestKind.Accept, Entry: { } entry }
            && request.Ballot == state.Promised && entry.Stamp <= state.Purged && at.Find(request.Key) is null;
        if (!isPurged)
        {
            return true;
        }

        at.Answer(from, AcceptedResponse(request), at.Place(new EntryAccepted(at.Number, request.Key, request.Entry!)));
        return false;
    }
}

/// <summary>A step that waited for the disk does not see what was placed while the disk was read.</summary>
internal sealed class MissesWhatWasPlacedMeanwhile : Saboteur
{
    public override Entry? Fetches(Entry? whenAsked, Entry? now) => whenAsked;
}

/// <summary>A replica stores what a coordinator sends whose ballot it no longer obeys.</summary>
internal sealed class AcceptsUnderOldBallots : Saboteur
{
    public override bool LeavesInvariantsOn => false;

    public override bool LetsArrive(SimulatedPartition at, NodeId from, PeerRequest request)
    {
        var isOld = request.Kind == PeerRequestKind.Accept && request.Ballot < at.Node.Disk.Placed.Snapshot(at.Number).Promised;
        if (!isOld)
        {
            return true;
        }

        var position = at.Find(request.Key) is { } stored && stored.Stamp >= request.Entry!.Stamp
            ? 0
            : at.Place(new EntryAccepted(at.Number, request.Key, request.Entry!));
        at.Answer(from, AcceptedResponse(request), position);
        return false;
    }
}

/// <summary>A replica checks the ballot of a write when it arrives, and stores it a while later without looking again.</summary>
internal sealed class StoresLaterThanItChecks : Saboteur
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(12);

    public override bool LeavesInvariantsOn => false;

    public override bool LetsArrive(SimulatedPartition at, NodeId from, PeerRequest request)
    {
        if (request.Kind != PeerRequestKind.Accept || request.Ballot != at.Node.Disk.Placed.Snapshot(at.Number).Promised)
        {
            return true;
        }

        at.Cluster.Events.AfterIn(at.Node, Delay, () =>
        {
            var position = at.Find(request.Key) is { } stored && stored.Stamp >= request.Entry!.Stamp
                ? 0
                : at.Place(new EntryAccepted(at.Number, request.Key, request.Entry!));
            at.Answer(from, AcceptedResponse(request), position);
        });
        return false;
    }
}

/// <summary>A tombstone is purged although nobody but its coordinator was asked whether they hold it.</summary>
internal sealed class PurgesWithoutAsking : Saboteur
{
    public override bool LetsLeave(SimulatedPartition from, NodeId to, PeerRequest request, PendingTask? cause)
    {
        if (request.Kind != PeerRequestKind.Read || cause is not PendingPurge)
        {
            return true;
        }

        Invent(from, to, request, PeerResponseKind.ReadResult, from.Find(request.Key));
        return false;
    }
}

/// <summary>A read shows what the coordinator holds when it is answered, not what was confirmed.</summary>
internal sealed class ReadsAfterConfirm : Saboteur
{
    public override OperationResult Completes(SimulatedPartition at, PendingOperation operation, OperationResult result)
    {
        if (result.Outcome is not (OperationOutcome.Found or OperationOutcome.NotFound))
        {
            return result;
        }

        return at.Find(operation.Key) is { IsTombstone: false } entry
            ? new OperationResult { Outcome = OperationOutcome.Found, Entry = entry, Revision = entry.Revision }
            : new OperationResult { Outcome = OperationOutcome.NotFound };
    }
}

/// <summary>A coordinator that takes a ballot again holds the keys for settled that it settled under an earlier one.</summary>
internal sealed class KeepsSettledKeys : Saboteur
{
    private readonly HashSet<(SimulatedPartition At, StoreKey Key)> _settled = [];

    public override OperationResult Completes(SimulatedPartition at, PendingOperation operation, OperationResult result)
    {
        if (result.Outcome is OperationOutcome.Applied or OperationOutcome.Found or OperationOutcome.NotFound)
        {
            _settled.Add((at, operation.Key));
        }

        return result;
    }

    public override bool LetsLeave(SimulatedPartition from, NodeId to, PeerRequest request, PendingTask? cause)
    {
        if (request.Kind != PeerRequestKind.Read || cause is not PendingOperation || !_settled.Contains((from, request.Key)))
        {
            return true;
        }

        Invent(from, to, request, PeerResponseKind.ReadResult, from.Find(request.Key));
        return false;
    }
}

/// <summary>A replica says of every fourth write that it stored it, and did not.</summary>
internal sealed class AcceptsWithoutStoring : Saboteur
{
    private int _count;

    public override bool LetsArrive(SimulatedPartition at, NodeId from, PeerRequest request)
    {
        if (request.Kind != PeerRequestKind.Accept
            || request.Ballot != at.Node.Disk.Placed.Snapshot(at.Number).Promised
            || ++_count % 4 != 0)
        {
            return true;
        }

        at.Answer(from, AcceptedResponse(request), 0);
        return false;
    }
}

/// <summary>The same, left to what clients see.</summary>
internal sealed class AcceptsWithoutStoringUnseen : Saboteur
{
    private readonly AcceptsWithoutStoring _inner = new();

    public override bool LeavesInvariantsOn => false;

    public override bool LetsArrive(SimulatedPartition at, NodeId from, PeerRequest request) => _inner.LetsArrive(at, from, request);
}

/// <summary>A key counts as settled where the others agree, whatever the coordinator's own replica holds.</summary>
internal sealed class SettlesWithoutItself : Saboteur
{
    private readonly Dictionary<(SimulatedPartition At, RequestId Id), Entry?> _others = [];

    public override PeerResponse Hears(SimulatedPartition at, NodeId from, PeerResponse response)
    {
        if (response.Kind != PeerResponseKind.ReadResult)
        {
            return response;
        }

        if (from != at.Node.Id)
        {
            _others.TryAdd((at, response.Id), response.Entry);
            return response;
        }

        return _others.TryGetValue((at, response.Id), out var entry) ? response with { Entry = entry } : response;
    }
}

/// <summary>A coordinator forgets its own promise in a crash, and replicas promise a ballot a second time: it is used twice.</summary>
internal sealed class UsesABallotTwice : Saboteur
{
    public override bool LeavesInvariantsOn => false;

    public override bool Persists(NodeId node, ReplicaRecord record) =>
        record is not BallotPromised promised || promised.Ballot.Node != node;

    public override bool LetsArrive(SimulatedPartition at, NodeId from, PeerRequest request)
    {
        if (request.Kind != PeerRequestKind.Prepare || request.Ballot != at.Node.Disk.Placed.Snapshot(at.Number).Promised)
        {
            return true;
        }

        at.Answer(from, Response(request, PeerResponseKind.Promised), 0);
        return false;
    }
}

/// <summary>
/// A replica shows what it has placed but not synced. Nobody asks nodes how old their files are: a position that was shown before it was
/// synced would give the crash away, and the wait for the others hides it.
/// </summary>
internal sealed class ShowsWhatIsNotSynced : Saboteur
{
    public override bool LetsEverybodyVote => true;

    public override long WaitsFor(SimulatedPartition at, PeerResponse response, long afterPosition) =>
        response.Kind == PeerResponseKind.ReadResult ? 0 : afterPosition;
}

/// <summary>A read joins a Confirm that was answered already.</summary>
internal sealed class JoinsAnEarlierConfirm : Saboteur
{
    private static readonly TimeSpan Reach = TimeSpan.FromMilliseconds(5);
    private readonly Dictionary<(SimulatedPartition At, NodeId From), (Ballot Ballot, TimeSpan At)> _confirmed = [];

    public override PeerResponse Hears(SimulatedPartition at, NodeId from, PeerResponse response)
    {
        if (response.Kind == PeerResponseKind.Confirmed)
        {
            _confirmed[(at, from)] = (response.Ballot, at.Cluster.Events.Now);
        }

        return response;
    }

    public override bool LetsLeave(SimulatedPartition from, NodeId to, PeerRequest request, PendingTask? cause)
    {
        if (request.Kind != PeerRequestKind.Confirm
            || !_confirmed.TryGetValue((from, to), out var last)
            || last.Ballot != request.Ballot
            || from.Cluster.Events.Now - last.At > Reach)
        {
            return true;
        }

        Invent(from, to, request, PeerResponseKind.Confirmed);
        return false;
    }
}

/// <summary>Answers do not say to which request they belong: they count for the last one of their kind.</summary>
internal sealed class MixesUpAnswers : Saboteur
{
    private readonly Dictionary<(SimulatedPartition At, NodeId To, PeerResponseKind Kind), PeerRequest> _last = [];

    public override bool LetsLeave(SimulatedPartition from, NodeId to, PeerRequest request, PendingTask? cause)
    {
        if (Answer(request.Kind) is { } kind)
        {
            _last[(from, to, kind)] = request;
        }

        return true;
    }

    public override PeerResponse Hears(SimulatedPartition at, NodeId from, PeerResponse response) =>
        _last.TryGetValue((at, from, response.Kind), out var last) && last.Ballot == response.Ballot
            ? response with { Id = last.Id }
            : response;

    private static PeerResponseKind? Answer(PeerRequestKind kind) => kind switch
    {
        PeerRequestKind.Accept => PeerResponseKind.Accepted,
        PeerRequestKind.Read => PeerResponseKind.ReadResult,
        PeerRequestKind.Confirm => PeerResponseKind.Confirmed,
        _ => null,
    };
}

/// <summary>A node votes by whatever files it finds, as if nobody remembered how far it had come.</summary>
internal sealed class LetsOldDisksVote : Saboteur
{
    public override bool LetsEverybodyVote => true;
}

/// <summary>A node that is asked to stop tells the others so while writes are under way under its ballots.</summary>
internal sealed class SendsPeersAwayTooEarly : Saboteur
{
    public override bool SendsPeersAwayFirst => true;
}

/// <summary>Replicas leave a bucket out of their sums, so that nobody looks at what differs in it.</summary>
internal sealed class SumsLeaveABucketOut : Saboteur
{
    public override PeerResponse Answers(SimulatedPartition at, NodeId to, PeerResponse response)
    {
        if (response.Sums is not { } sums)
        {
            return response;
        }

        var left = new BucketSums();
        var leftOut = BucketSet.BucketOf(StoreKey.Create("default", "k0"u8));
        for (var bucket = 0; bucket < BucketSet.BucketCount; bucket++)
        {
            if (bucket != leftOut)
            {
                left.Set(bucket, sums.Counts[bucket], sums.Sums[bucket]);
            }
        }

        return response with { Sums = left };
    }
}
