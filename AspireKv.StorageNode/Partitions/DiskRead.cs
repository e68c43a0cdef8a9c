using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Storage;

namespace AspireKv.StorageNode.Partitions;

/// <summary>What was read from the disk for requests that were put off; one of the three.</summary>
/// <param name="Entry">The entry of their key.</param>
/// <param name="Page">The page of keys after their key.</param>
/// <param name="Sums">The sums of the buckets.</param>
internal sealed record DiskRead(FetchedEntry? Entry = null, KeyPage? Page = null, BucketSums? Sums = null);
