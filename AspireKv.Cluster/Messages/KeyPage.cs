using AspireKv.Cluster.Keys;

namespace AspireKv.Cluster.Messages;

/// <summary>Some keys of a partition, in order.</summary>
/// <param name="Keys">The next keys, in order.</param>
/// <param name="IsLast">False when there may be more after the last of <paramref name="Keys"/>.</param>
public sealed record KeyPage(IReadOnlyList<StoreKey> Keys, bool IsLast);
