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

    /// <summary>For BallotRejected: the ballot that the replica promised.</summary>
    public Ballot Promised { get; init; }

    /// <summary>For EpochRejected: the replica's config, when it is newer.</summary>
    public PartitionConfig? Config { get; init; }

    /// <summary>For ReadResult.</summary>
    public Entry? Entry { get; init; }

    /// <summary>For KeysListed.</summary>
    public KeyPage? Page { get; init; }
}
