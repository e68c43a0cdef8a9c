using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.Storage.Wal;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.Storage.Tests;

/// <summary>A write-ahead log and its writer.</summary>
internal sealed class OpenedWal : IDisposable
{
    private readonly WriteAheadLog _wal;
    private readonly WalWriter _writer;

    public OpenedWal(IFileSystem files, SegmentFactory factory, RecoveredWal recovered, WalOptions options, StorageMetrics metrics)
    {
        var observer = new TestObserver();
        var failures = new StorageFailures(new NoNotes(), metrics.Failures, observer, NullLogger.Instance);
        var segments = new SegmentRow(factory, recovered.Segments, metrics.Wal, NullLogger.Instance);
        _wal = new WriteAheadLog(recovered, failures, options);
        _writer = new WalWriter(
            files,
            _wal,
            recovered,
            factory,
            segments,
            failures,
            options,
            metrics.Wal,
            observer,
            onRotated: static () => { },
            TimeProvider.System,
            NullLogger.Instance);
        _writer.Start();
    }

    public void AppendDurably(ReplicaRecord record) => Assert.True(TryAppendDurably(record));

    public bool TryAppendDurably(ReplicaRecord record) => _wal.WaitDurable(_wal.Append(record));

    public void Dispose() => _writer.Dispose();

    private sealed class NoNotes : IDamageNotes
    {
        public int TimesSetAside => 0;

        public void NoteDamage(string reason) => Assert.Fail($"the write-ahead log noted damage: {reason}");
    }
}
