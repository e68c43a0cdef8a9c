using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Files;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage.Tests;

/// <summary>A write-ahead log without the rest of the engine.</summary>
internal sealed class WalFixture : IDisposable
{
    public static readonly NodeIdentity Identity = new(new NodeId(1), 42);

    private readonly TempDirectory _directory = new();
    private readonly TestMeterFactory _meters = new();

    public string Path => _directory.Path;

    public WalOptions Options { get; } = new() { SegmentSizeBytes = 4096, IdleMarkDelay = TimeSpan.FromHours(1) };

    public IFileSystem Files { get; } = new FaultFileSystem(new PhysicalFileSystem());

    public IReadOnlyList<string> Segments => [.. Directory.GetFiles(Path, "*.wal").Order(StringComparer.Ordinal)];

    public (RecoveredWal Wal, List<ReplicaRecord> Records) Recover(long appliedPosition = 0)
    {
        var records = new List<ReplicaRecord>();
        var recovery = new WalRecovery(Files, Path, Identity, static () => null, Options.SegmentSizeBytes);
        return (recovery.Run(appliedPosition, records.Add), records);
    }

    /// <summary>Opens the write-ahead log; the first time makes it.</summary>
    public OpenedWal Open()
    {
        var factory = new SegmentFactory(Files, Path, Identity, Options.SegmentSizeBytes, reserved: 0);
        if (Segments.Count == 0)
        {
            Assert.NotNull(factory.Create(1, out _));
        }

        return new OpenedWal(Files, factory, Recover().Wal, Options, new StorageMetrics(_meters));
    }

    /// <summary>Writes each record as a group of its own, then the mark of a write-ahead log that is closed.</summary>
    public List<ReplicaRecord> Write(int first, int count, int valueBytes = 10)
    {
        var written = new List<ReplicaRecord>();
        using var wal = Open();
        for (var i = first; i < first + count; i++)
        {
            written.Add(Records.Put(i % 3, $"key{i}", i, new string((char)('a' + (i % 26)), valueBytes)));
            wal.AppendDurably(written[^1]);
        }

        return written;
    }

    public void Dispose()
    {
        _meters.Dispose();
        _directory.Dispose();
    }
}
