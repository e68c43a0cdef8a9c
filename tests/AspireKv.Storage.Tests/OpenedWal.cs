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
    private int _rotations;

    public OpenedWal(IFileSystem files, SegmentFactory factory, RecoveredWal recovered, WalOptions options, StorageMetrics metrics)
    {
        var observer = new TestObserver();
        var failures = new StorageFailures(new NoNotes(), metrics.Failures, observer, NullLogger.Instance);
        Segments = new SegmentRow(factory, recovered.Segments, metrics.Wal, NullLogger.Instance);
        _wal = new WriteAheadLog(recovered, failures, options);
        _writer = new WalWriter(
            files,
            _wal,
            recovered,
            factory,
            Segments,
            failures,
            options,
            metrics.Wal,
            observer,
            onRotated: () => Interlocked.Increment(ref _rotations),
            new SyncTimes(TimeProvider.System),
            NullLogger.Instance);
        _writer.Start();
    }

    public SegmentRow Segments { get; }

    /// <summary>How often the writer went on in another segment.</summary>
    public int Rotations => Volatile.Read(ref _rotations);

    public void AppendDurably(ReplicaRecord record) => Assert.True(TryAppendDurably(record));

    public bool TryAppendDurably(ReplicaRecord record) => _wal.WaitDurable(_wal.Append(record));

    public void Dispose() => _writer.Dispose();
}
