using AspireKv.Cluster.Membership;

namespace AspireKv.Cluster.Status;

/// <summary>Asks a node how much its partitions hold.</summary>
public readonly record struct SizesRequest;

/// <summary>The answer to <see cref="SizesRequest"/>.</summary>
/// <param name="Sizes">By partition, those that the node has a replica of.</param>
public sealed record SizesResponse(IReadOnlyDictionary<int, PartitionSize> Sizes);
