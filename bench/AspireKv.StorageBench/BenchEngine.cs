using System.Diagnostics.Metrics;
using System.Text;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage;
using AspireKv.Storage.Files;
using AspireKv.Storage.Observers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.StorageBench;

/// <summary>Opens the storage engine of a node as the node does, and makes records for it.</summary>
internal static class BenchEngine
{
    public const int Partitions = 256;

    private static readonly ServiceProvider Services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public static StorageEngine Open(string directory, Action<StorageOptions>? change = null, IStorageObserver? observer = null)
    {
        var options = new StorageOptions();
        change?.Invoke(options);
        var opening = new StorageOpening(
            new PhysicalFileSystem(),
            directory,
            new NodeId(1),
            options,
            new StorageMetrics(Services.GetRequiredService<IMeterFactory>()),
            TimeProvider.System,
            NullLogger.Instance);
        return opening.Open(observer ?? new DurableQueue());
    }

    public static StoreKey Key(int number) => StoreKey.Create("default", Encoding.UTF8.GetBytes($"key-{number:D9}"));

    public static EntryAccepted Put(int number, long sequence, byte[] value)
    {
        var stamp = new Stamp(new Ballot(1, new NodeId(1)), sequence);
        return new EntryAccepted(number % Partitions, Key(number), new Entry { Stamp = stamp, Revision = stamp, Value = value });
    }

    public static byte[] Value(int bytes)
    {
        var value = new byte[bytes];
        new Random(bytes).NextBytes(value);
        return value;
    }
}
