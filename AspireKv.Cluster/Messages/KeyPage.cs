using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Messages;

/// <summary>Some keys of a partition with the stamps of their entries, in order.</summary>
/// <param name="Keys">The next keys that were asked for, in order; there may be none.</param>
/// <param name="UpTo">All keys up to this one that were asked for are listed; the default where there are no more.</param>
public sealed record KeyPage(IReadOnlyList<ListedKey> Keys, StoreKey UpTo)
{
    /// <summary>False when there may be more after <see cref="UpTo"/>.</summary>
    public bool IsLast => UpTo.Length == 0;
}

/// <summary>One key, and the stamp of the entry that is held for it.</summary>
public readonly record struct ListedKey(StoreKey Key, Stamp Stamp);
