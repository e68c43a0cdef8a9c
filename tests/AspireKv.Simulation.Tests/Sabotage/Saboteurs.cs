using AspireKv.Cluster.Consensus;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
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

    public override bool Persists(ReplicaRecord record) => record is not BallotPromised;
}

/// <summary>A coordinator takes its ballot for confirmed without asking anybody.</summary>
internal sealed class SkipsConfirm : Saboteur
{
    public override bool LetsLeave(SimulatedPartition from, NodeId to, PeerRequest request)
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
    public override bool LetsLeave(SimulatedPartition from, NodeId to, PeerRequest request)
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
        result.Outcome == OperationOutcome.Unknown && operation.Operation!.Kind != OperationKind.Get && operation.Hops < 2;
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
