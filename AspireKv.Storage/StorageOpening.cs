using AspireKv.Cluster.Topology;
using AspireKv.Storage.Checkpoints;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.Storage.Memtables;
using AspireKv.Storage.Observers;
using AspireKv.Storage.Scrub;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace AspireKv.Storage;

/// <summary>
/// Opens the directory of a node: takes it for this process, tells whose it is, brings back everything that was durable, and starts the
/// engine over it. Where the files are damaged the opening can set them aside first.
/// </summary>
public sealed class StorageOpening
{
    /// <summary>How long a file that SQLite cannot open is waited for at the start.</summary>
    private static readonly TimeSpan LongestWaitToOpen = TimeSpan.FromSeconds(30);

    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly NodeId _node;
    private readonly StorageOptions _options;
    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="files">The file system.</param>
    /// <param name="path">The directory of the node's files; made when it is not there.</param>
    /// <param name="node">Whose directory it must be.</param>
    /// <param name="options">How to store.</param>
    /// <param name="metrics">What was done.</param>
    /// <param name="time">What durations are measured with.</param>
    /// <param name="logger">The logger of the engine.</param>
    internal StorageOpening(
        IFileSystem files, string path, NodeId node, StorageOptions options, StorageMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_files, _path, _node, _options) = (files, path, node, options);
        (_metrics, _time, _logger) = (metrics, time, logger);
    }

    /// <summary>
    /// Opens the directory of the node, or makes it, and brings back everything that was durable. Where the files are damaged they are
    /// moved to a directory beside them, and the node begins with none: as another incarnation, which has no vote until the other nodes
    /// rebuilt it.
    /// </summary>
    /// <param name="observer">Hears what the engine does, from the opening on.</param>
    /// <inheritdoc cref="Open" path="/exception[@cref='T:AspireKv.Storage.Failures.DataDirectoryException']"/>
    public StorageEngine OpenOrSetAside(IStorageObserver observer)
    {
        try
        {
            return Open(observer);
        }
        catch (StorageDamagedException exception)
        {
            SetAside(exception);
        }

        return Open(observer);
    }

    /// <summary>
    /// Moves the files of the node to a directory beside them, the founding record too, because an operator wants it to begin without them.
    /// </summary>
    /// <exception cref="DataDirectoryException">The directory is in use, has no files of a node, or cannot be written.</exception>
    public void SetAside()
    {
        using var patience = CreatePatience();
        using var directory = DataDirectory.Open(new PatientFileSystem(_files, patience), _path);
        if (!directory.Damaged.HasFiles)
        {
            throw new DataDirectoryException(
                $"The data directory '{directory.Path}' has no files of a node; there is nothing to set aside.");
        }

        try
        {
            Log.SetAsideByOperator(_logger, directory.Damaged.SetAside("An operator set these files aside.", keepsFounding: false));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"The files in '{directory.Path}' cannot be moved: {exception.Message}", exception);
        }
    }

    /// <summary>Opens the directory of the node, or makes it, and brings back everything that was durable.</summary>
    /// <param name="observer">Hears what the engine does, from the opening on.</param>
    /// <exception cref="DataDirectoryException">
    /// The directory is in use, another node's, of another version, or cannot be written.
    /// </exception>
    /// <exception cref="StorageDamagedException">Something that was durable is not there, or not what it was.</exception>
    internal StorageEngine Open(IStorageObserver observer)
    {
        var patience = CreatePatience();
        var started = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return OpenOnce(observer, patience);
            }
            catch (DataDirectoryException exception) when (exception.InnerException is { } cause && SqliteFaults.IsTransient(cause))
            {
                // SQLite says the same of a file that it may not open, which an operator should hear of.
                if (SqliteFaults.IsCannotOpen(cause) && _time.GetElapsedTime(started) > LongestWaitToOpen)
                {
                    throw;
                }

                patience.Wait("open", cause);
            }
        }
    }

    private Patience CreatePatience() => new(_metrics.Failures, _options.Wal.FullRetryInterval, _time, _logger);

    private StorageEngine OpenOnce(IStorageObserver observer, Patience patience)
    {
        var files = new PatientFileSystem(_files, patience);
        var directory = DataDirectory.Open(files, _path);
        SqliteStore? sqlite = null;
        try
        {
            directory.Damaged.ThrowIfNoted();
            var found = directory.ReadIdentity(_node);
            var record = directory.ReadFounding();
            var identity = found ?? FirstUse.Begin(files, directory, record, _node);
            sqlite = SqliteStore.Open(directory.Layout.SqlitePath, identity, _options.Sqlite, observer);
            var segmentFactory = new SegmentFactory(
                files, directory.Layout.WalDirectory, identity, _options.Wal.SegmentSizeBytes, _options.Wal.ReservedSegments)
            {
                ClusterId = record?.ClusterId ?? Guid.Empty,
            };
            if (found is null && segmentFactory.Create(firstPosition: 1, out _) is null)
            {
                throw new DataDirectoryException($"The data directory '{directory.Path}' cannot be used: there is no room on its disk.");
            }

            var isChecked = sqlite.FileBytes <= _options.Sqlite.CheckedAtStartBytes;
            if (found is not null && isChecked)
            {
                sqlite.CheckAll();
            }

            files.SyncDirectory(directory.Path);
            var founding = new KeptFounding(directory, segmentFactory, record);
            var topology = new KeptTopology(directory, directory.ReadTopology());
            var tables = new PartitionTables(_options.Cache.MaxBytes);
            var replay = new Replay(tables, sqlite);
            var recovery = new WalRecovery(
                files, directory.Layout.WalDirectory, identity, () => founding.Record?.ClusterId, _options.Wal.SegmentSizeBytes);
            var recovered = recovery.Run(sqlite.AppliedPosition, replay.Apply);
            if (found is null)
            {
                directory.WriteIdentity(identity);
            }

            var lives = KeptLives.Begin(_files, directory, identity, recovered.LastPosition);
            _metrics.Failures.TimesSetAsideIs(directory.Damaged.TimesSetAside);
            if (recovered.TornBytes > 0)
            {
                Log.TornTailCut(_logger, recovered.TornBytes, recovered.LastPosition);
            }

            Log.Opened(
                _logger, directory.Path, _node.Value, identity.Incarnation, recovered.LastPosition, replay.Records, sqlite.AppliedPosition);
            observer.OnDurable(recovered.LastPosition);
            return Start(
                files,
                patience,
                directory,
                identity,
                founding,
                topology,
                lives,
                segmentFactory,
                sqlite,
                tables,
                recovery,
                recovered,
                observer,
                replay.MemtableBytes,
                isScrubDue: !isChecked);
        }
        catch (Exception exception)
        {
            sqlite?.Dispose();
            directory.Dispose();
            throw exception is StorageDamagedException or DataDirectoryException
                ? exception
                : new DataDirectoryException($"The data directory '{directory.Path}' cannot be used: {exception.Message}", exception);
        }
    }

    private void SetAside(StorageDamagedException damage)
    {
        _metrics.Failures.Failed("damage");
        using var patience = CreatePatience();
        using var directory = DataDirectory.Open(new PatientFileSystem(_files, patience), _path);
        try
        {
            Log.SetAside(_logger, directory.Damaged.SetAside(damage.Message), damage.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException(
                $"The files in '{directory.Path}' are damaged ({damage.Message}) and cannot be moved: {exception.Message}", exception);
        }
    }

    /// <summary>Puts the engine together over what was recovered, and starts its threads last of all.</summary>
    private StorageEngine Start(
        IFileSystem files,
        Patience patience,
        DataDirectory directory,
        NodeIdentity identity,
        KeptFounding founding,
        KeptTopology topology,
        KeptLives lives,
        SegmentFactory segmentFactory,
        SqliteStore sqlite,
        PartitionTables tables,
        WalRecovery recovery,
        RecoveredWal recovered,
        IStorageObserver observer,
        long replayedBytes,
        bool isScrubDue)
    {
        var failures = new StorageFailures(directory.Damaged, _metrics.Failures, observer, _logger);
        failures.WakeOnFailure(patience.Dispose);
        var guarded = new GuardedSqlite(sqlite, failures, patience);
        var thread = new CheckpointThread();
        var segments = new SegmentRow(segmentFactory, recovered.Segments, _metrics.Wal, _logger);
        var wal = new WriteAheadLog(recovered, failures, _options.Wal);
        var syncTimes = new SyncTimes(_time);
        var writer = new WalWriter(
            files,
            wal,
            recovered,
            segmentFactory,
            segments,
            failures,
            _options.Wal,
            _metrics.Wal,
            observer,
            onRotated: thread.Request,
            syncTimes,
            _logger);
        var room = new Room(
            files,
            directory.Path,
            segmentFactory,
            segments,
            wal,
            failures,
            patience,
            thread,
            _options.Wal,
            _options.Checkpoints,
            _metrics.Checkpoints,
            _logger);
        var checkpoint = new Checkpoint(
            sqlite,
            tables,
            wal,
            segments,
            room,
            failures,
            patience,
            _metrics.Checkpoints,
            _metrics.Failures,
            observer,
            _time,
            _logger);
        var schedule = new CheckpointSchedule(thread, checkpoint, room, failures, _options.Wal, _options.Checkpoints, _time);
        var pass = new ScrubPass(recovery, segments, guarded, failures, patience, _metrics.Scrub, _logger);
        var scrubber = new Scrubber(pass, _options.Scrub, _time);
        var readers = new ReaderThreads(_options.Sqlite.MaxReaders);
        var engine = new StorageEngine(
            identity,
            founding,
            topology,
            lives,
            tables,
            new PartitionReader(tables, guarded),
            readers,
            wal,
            syncTimes,
            room,
            schedule,
            scrubber,
            failures,
            parts: [patience, readers, scrubber, writer, schedule, sqlite, lives, directory]);
        room.Begin(replayedBytes);
        try
        {
            writer.Start();
            schedule.Start();
            scrubber.Start(isScrubDue);
            readers.Start();
        }
        catch (OutOfMemoryException exception)
        {
            // Some may run already, so that this opening cannot be tried again; the end of the process ends them.
            throw new DataDirectoryException(
                $"The data directory '{directory.Path}' cannot be used, for want of a thread: {exception.Message}");
        }

        return engine;
    }
}
