using AspireKv.Cluster.Topology;
using AspireKv.Storage.Files;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.Storage.Tests;

/// <summary>Opens engines over one directory, with options under which nothing happens by time.</summary>
internal sealed class StorageFixture : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TestMeterFactory _meters = new();

    public TestMeterFactory Meters => _meters;

    public string Path => _directory.Path;

    public string WalDirectory => System.IO.Path.Combine(Path, "wal");

    public NodeId Node { get; init; } = new(1);

    public StorageOptions Options { get; } = new()
    {
        Wal = { SegmentSizeBytes = 64 * 1024, IdleMarkDelay = TimeSpan.FromHours(1), ReserveBytes = 0 },
        Checkpoints = { Interval = TimeSpan.FromDays(1) },
    };

    public IFileSystem Files { get; set; } = new PhysicalFileSystem();

    public ILogger Logger { get; set; } = NullLogger.Instance;

    public StorageEngine Open() => Open(Node);

    public StorageEngine Open(NodeId node) => EngineExtensions.Open(observer => Opening(node).Open(observer));

    public StorageEngine OpenOrSetAside() => EngineExtensions.Open(observer => Opening(Node).OpenOrSetAside(observer));

    public StorageOpening Opening(NodeId node) =>
        new(Files, Path, node, Options, new StorageMetrics(_meters), TimeProvider.System, Logger);

    public string File(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose()
    {
        _meters.Dispose();
        _directory.Dispose();
    }
}
