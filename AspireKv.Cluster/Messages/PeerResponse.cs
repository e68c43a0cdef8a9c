using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Messages;

/// <summary>A replica's answer to a <see cref="PeerRequest"/>.</summary>
public sealed record PeerResponse
{
    public required PeerResponseKind Kind { get; init; }

    public required int Partition { get; init; }

    /// <summary>The id of the request, repeated.</summary>
    public required RequestId Id { get; init; }

    /// <summary>The ballot of the request, repeated.</summary>
    public required Ballot Ballot { get; init; }

    /// <summary>The highest epoch that the replica knows.</summary>
    public required long Epoch { get; init; }

    /// <summary>The replica lost its memory: this answer counts in no quorum.</summary>
    public bool IsLearner { get; init; }

    /// <summary>For a learner: its incarnation; otherwise 0.</summary>
    public ulong Incarnation { get; init; }

    /// <summary>
    /// Everything up to this position of the replica's write-ahead log is durable where the answer arrives: whoever counts the answer
    /// knows by it when the files of that node are older than this.
    /// </summary>
    public long Position { get; init; }

    /// <summary>For BallotRejected: the ballot that the replica promised.</summary>
    public Ballot Promised { get; init; }

    /// <summary>For EpochRejected: the replica's config, when it is newer.</summary>
    public PartitionConfig? Config { get; init; }

    /// <summary>For ReadResult.</summary>
    public Entry? Entry { get; init; }

    /// <summary>For KeysListed.</summary>
    public KeyPage? Page { get; init; }

    /// <summary>For Summed.</summary>
    public BucketSums? Sums { get; init; }

    /// <summary>Says that the request gets no other answer.</summary>
    public static PeerResponse Unanswered(PeerRequest request) => Unanswered(request.Partition, request.Id, request.Ballot);

    /// <summary>As <see cref="Unanswered(PeerRequest)"/>, in the place of this answer.</summary>
    public PeerResponse ToUnanswered() => Unanswered(Partition, Id, Ballot);

    private static PeerResponse Unanswered(int partition, RequestId id, Ballot ballot) =>
        new() { Kind = PeerResponseKind.Unanswered, Partition = partition, Id = id, Ballot = ballot, Epoch = 0 };
}
