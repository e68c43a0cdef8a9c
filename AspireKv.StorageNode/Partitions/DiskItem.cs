using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;

namespace AspireKv.StorageNode.Partitions;

/// <summary>What a request needs from the disk.</summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="Key">The key of the entry, or the one before the page; the default for the sums.</param>
/// <param name="Buckets">The buckets of the page.</param>
internal readonly record struct DiskItem(DiskItemKind Kind, StoreKey Key, BucketSet Buckets)
{
    public static DiskItem Of(PeerRequest request) => request.Kind switch
    {
        PeerRequestKind.List => new DiskItem(DiskItemKind.Page, request.Key, request.Buckets),
        PeerRequestKind.Sum => new DiskItem(DiskItemKind.Sums, default, default),
        _ => new DiskItem(DiskItemKind.Entry, request.Key, default),
    };
}

internal enum DiskItemKind
{
    /// <summary>The entry of a key.</summary>
    Entry,

    /// <summary>A page of keys.</summary>
    Page,

    /// <summary>The sums of the buckets.</summary>
    Sums,
}
