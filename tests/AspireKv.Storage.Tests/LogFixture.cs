using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Files;
using AspireKv.Storage.Wal;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.Storage.Tests;

/// <summary>A log without the rest of the engine.</summary>
internal sealed class LogFixture : IDisposable
{
    public static readonly NodeIdentity Identity = new(new NodeId(1), 42);

    private readonly TempDirectory _directory = new();
    private readonly TestMeterFactory _meters = new();

    public string Path => _directory.Path;

    public StorageOptions Options { get; } = new() { SegmentSizeBytes = 4096, IdleMarkDelay = TimeSpan.FromHours(1) };

    public IFileSystem Files { get; } = new FaultFileSystem(new PhysicalFileSystem());

    public IReadOnlyList<string> Segments => [.. Directory.GetFiles(Path, "*.wal").Order(StringComparer.Ordinal)];

    public (RecoveredLog Log, List<ReplicaRecord> Records) Recover(long appliedPosition = 0)
    {
        var records = new List<ReplicaRecord>();
        var recovered = new LogRecovery(Files, Path, Identity, static () => null, Options.SegmentSizeBytes).Run(appliedPosition, records.Add);
        return (recovered, records);
    }

    /// <summary>Opens the log; the first time makes it.</summary>
    public WriteAheadLog Open()
    {
        var factory = new SegmentFactory(Files, Path, Identity, Options.SegmentSizeBytes, reserved: 0);
        if (Segments.Count == 0)
        {
            Assert.NotNull(factory.Create(1, out _));
        }

        var log = new WriteAheadLog(Files, factory, Recover().Log, Options, new StorageMetrics(_meters), TimeProvider.System, NullLogger.Instance);
        log.Start();
        return log;
    }

    /// <summary>Writes each record as a group of its own, then the mark of a log that is closed.</summary>
    public List<ReplicaRecord> Write(int first, int count, int valueBytes = 10)
    {
        var written = new List<ReplicaRecord>();
        using var log = Open();
        for (var i = first; i < first + count; i++)
        {
            written.Add(Records.Put(i % 3, $"key{i}", i, new string((char)('a' + (i % 26)), valueBytes)));
            Assert.True(log.WaitDurable(log.Append(written[^1])));
        }

        return written;
    }

    public void Dispose()
    {
        _meters.Dispose();
        _directory.Dispose();
    }
}
