namespace AspireKv.Storage.Codec;

/// <summary>What the formats on disk can hold; what clients may send is bounded lower, and elsewhere.</summary>
internal static class Limits
{
    public const int MaxPartition = ushort.MaxValue;

    public const int MaxKeyBytes = 16 * 1024;

    public const int MaxContentTypeBytes = 4 * 1024;

    public const int MaxValueBytes = 16 * 1024 * 1024;

    public const int MaxReplicas = 64;

    /// <summary>The largest record: kind, partition, key, entry.</summary>
    public const int MaxRecordBytes = MaxKeyBytes + MaxContentTypeBytes + MaxValueBytes + 256;
}
