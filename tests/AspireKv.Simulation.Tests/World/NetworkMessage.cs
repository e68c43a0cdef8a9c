using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Simulation.Tests.World;

/// <summary>What nodes send each other.</summary>
internal abstract record NetworkMessage
{
    /// <summary>A message that the transport hands over at most once, even where others are duplicated.</summary>
    public virtual bool IsOnce => true;

    /// <summary>A message by which a node asks for something; a process that sent its peers away is asked for nothing more.</summary>
    public virtual bool Asks => false;

    private protected static string Describe(Entry? entry) => entry switch
    {
        null => "nothing",
        { IsTombstone: true } => $"tombstone {entry.Stamp} revision {entry.Revision}",
        _ => $"#{ValueNumber.Decode(entry.Value)} {entry.Stamp} revision {entry.Revision}",
    };
}

/// <summary>The process tells which life of the sender speaks.</summary>
internal sealed record RequestMessage(PeerRequest Request, ulong Process) : NetworkMessage
{
    public override bool IsOnce => false;

    public override bool Asks => true;

    public override string ToString()
    {
        var detail = Request.Kind switch
        {
            PeerRequestKind.Accept => $" {Request.Key} {Describe(Request.Entry)}",
            PeerRequestKind.Read => $" {Request.Key}",
            PeerRequestKind.Purge => $" {Request.Key} {Request.PurgeStamp}",
            PeerRequestKind.Rebuild => $" life {Request.Incarnation:x} fence {Request.PurgeStamp}",
            PeerRequestKind.Rebuilt or PeerRequestKind.Learning => $" life {Request.Incarnation:x}",
            PeerRequestKind.List => $" after {(Request.Key.Length == 0 ? "none" : Request.Key)}",
            _ => "",
        };
        return $"{Request.Kind} #{Request.Id.Number} partition {Request.Partition} ballot {Request.Ballot}{detail}"
            + $"{(Request.Config is null ? "" : " with its config")}";
    }
}

internal sealed record ResponseMessage(PeerResponse Response, ulong Process) : NetworkMessage
{
    public override bool IsOnce => false;

    public override string ToString()
    {
        var detail = Response.Kind switch
        {
            PeerResponseKind.ReadResult => $" {Describe(Response.Entry)}",
            PeerResponseKind.BallotRejected => $" promised {Response.Promised}",
            PeerResponseKind.KeysListed =>
                $" {string.Join(',', Response.Page!.Keys.Select(listed => listed.Key))}{(Response.Page.IsLast ? " and no more" : "")}",
            _ => "",
        };
        return $"{Response.Kind} #{Response.Id.Number} partition {Response.Partition} ballot {Response.Ballot}{detail}"
            + $"{(Response.IsLearner ? " as a learner" : "")}";
    }
}

/// <summary>
/// An operation handed to another node, or to one that hands it on to the node it is for; the number finds the waiting one again.
/// </summary>
internal sealed record ForwardMessage(long Number, int Partition, ClientOperation Operation, int Hops, NodeId RelayTo) : NetworkMessage
{
    public override bool Asks => true;

    public override string ToString() => $"forwarded {Operation.Kind} {Operation.Key} f{Number} hop {Hops}"
        + (RelayTo == NodeId.None ? "" : $" for node {RelayTo}");
}

internal sealed record ForwardReplyMessage(long Number, OperationResult Result) : NetworkMessage
{
    public override string ToString() => $"result of f{Number} {Result.Outcome}";
}

internal sealed record FoundingRequestMessage(ulong Process, FoundingRequest Request) : NetworkMessage
{
    public override string ToString() => $"founding request, record {Request.Record?.ClusterId}";
}

/// <summary>An answer travels on the connection of its request, so only the process that asked sees it.</summary>
internal sealed record FoundingResponseMessage(ulong Process, FoundingResponse Response) : NetworkMessage
{
    public override string ToString() => $"founding response, record {Response.Record?.ClusterId}";
}

/// <summary>What a node says of lives, asked or in answer; void once the process that sent it is gone, as its connection is.</summary>
internal sealed record LifeMessage(LifeTidings Tidings, bool IsAnswer) : NetworkMessage
{
    public override string ToString() =>
        $"life {Tidings.Claim.Incarnation:x} start {Tidings.Claim.Current.Number} at {Tidings.Claim.Position}, "
        + $"{(Tidings.Judged == 0 ? "no verdict" : Tidings.Verdict.ToString())}";
}
