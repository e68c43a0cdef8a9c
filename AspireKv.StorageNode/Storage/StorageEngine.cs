using AspireKv.Cluster.Consensus;
using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.StorageNode.Storage;

/// <summary>The surface of the storage engine, so that its users compile.</summary>
internal sealed class StorageEngine : IAsyncDisposable
{
    /// <summary>Opens and recovers the directory.</summary>
    /// <exception cref="DataDirectoryException">The directory cannot be used.</exception>
    /// <exception cref="StorageDamagedException">What it holds is damaged.</exception>
    public static StorageEngine Open(
        string dataDirectory, NodeId node, StorageOptions options, StorageMetrics metrics, TimeProvider time, ILogger<StorageEngine> logger) =>
        throw new NotSupportedException($"{dataDirectory} {node} {options} {metrics} {time} {logger}");

    public NodeIdentity Identity { get; }

    public FoundingRecord? Founding { get; private set; }

    public long DurablePosition { get; }

    public Exception? Failure { get; }

    /// <summary>Called on the log writer's thread after each group commit, with the new durable position. Set once, before the first append.</summary>
    public Action<long>? OnDurable { get; set; }

    /// <summary>Called once, on the failing thread, when the log failed.</summary>
    public Action<Exception>? OnFailure { get; set; }

    public void WriteFounding(FoundingRecord record) => Founding = record;

    public ReplicaSnapshot GetSnapshot(int partition) => throw new NotSupportedException($"{this} {partition}");

    public long Append(ReplicaRecord record) => throw new NotSupportedException($"{this} {record}");

    public Entry? Find(int partition, StoreKey key) => throw new NotSupportedException($"{this} {partition} {key}");

    public IReadOnlyList<(StoreKey Key, Stamp Stamp)> FindTombstones(int partition, int max) =>
        throw new NotSupportedException($"{this} {partition} {max}");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
