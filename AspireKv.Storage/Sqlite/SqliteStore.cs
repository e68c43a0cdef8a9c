using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Observers;

namespace AspireKv.Storage.Sqlite;

/// <summary>
/// Entries and snapshots up to a position of the write-ahead log, in a SQLite file. The position commits in the same transaction as the
/// data, so they cannot disagree. Written by one thread at a time, read by several.
/// </summary>
internal sealed class SqliteStore : IDisposable
{
    private const int VacuumedPages = 1000;
    private const int MaxVacuums = 16;

    /// <summary>
    /// SQLite moves its journal into the file by itself at 1,000 pages of 4 KiB; a transaction of a checkpoint comes on top.
    /// </summary>
    public const long MaxJournalBytes = 8 * 1024 * 1024;

    private readonly SqliteFile _file;
    private readonly SqliteReaderPool _readers;
    private readonly IStorageObserver _observer;

    private SqliteStore(SqliteFile file, int maxReaders, IStorageObserver observer)
    {
        (_file, _observer) = (file, observer);
        _readers = new SqliteReaderPool(file.ReadOnlyConnectionString, maxReaders, observer);
        AppliedPosition = file.AppliedPosition;
    }

    /// <summary>Every record at or below this position is in SQLite.</summary>
    public long AppliedPosition { get; private set; }

    /// <summary>False once somebody removed the file.</summary>
    public bool Exists => _file.Exists;

    /// <inheritdoc cref="SqliteFile.Bytes"/>
    public long FileBytes => _file.Bytes;

    /// <summary>
    /// About how many bytes more the files need to take in this many: with the pages around them, and SQLite's own journal meanwhile.
    /// </summary>
    public static long RoomToTake(long bytes) => bytes + (bytes / 4) + MaxJournalBytes;

    /// <inheritdoc cref="SqliteFile.Open"/>
    public static SqliteStore Open(string path, NodeIdentity identity, SqliteOptions options, IStorageObserver observer) =>
        new(SqliteFile.Open(path, identity), options.MaxReaders, observer);

    /// <inheritdoc cref="SqliteReader.Find"/>
    public Entry? Find(int partition, StoreKey key) =>
        _readers.Read((partition, key), static (reader, argument) => reader.Find(argument.partition, argument.key));

    /// <inheritdoc cref="SqliteReader.CountTombstones"/>
    public long CountTombstones(int partition) =>
        _readers.Read(partition, static (reader, partition) => reader.CountTombstones(partition));

    /// <inheritdoc cref="SqliteReader.FindTombstones"/>
    public List<(StoreKey Key, Stamp Stamp)> FindTombstones(int partition, int max) =>
        _readers.Read((partition, max), static (reader, argument) => reader.FindTombstones(argument.partition, argument.max));

    /// <inheritdoc cref="SqliteReader.ListKeys"/>
    public KeyPage ListKeys(int partition, StoreKey after, BucketSet buckets, int max) => _readers.Read(
        (partition, after, buckets, max),
        static (reader, argument) => reader.ListKeys(argument.partition, argument.after, argument.buckets, argument.max));

    /// <inheritdoc cref="SqliteReader.MeanRowBytes"/>
    public double MeanRowBytes(int partition) => _readers.Read(partition, static (reader, partition) => reader.MeanRowBytes(partition));

    /// <inheritdoc cref="StoredSums.Read"/>
    public BucketSums? SumBuckets(
        int partition, IEnumerable<StoreKey> keys, Func<StoreKey, Stamp, bool> isHidden, Func<bool> isCurrent) => _readers.Read(
        (partition, keys, isHidden, isCurrent),
        static (reader, argument) => reader.SumBuckets(argument.partition, argument.keys, argument.isHidden, argument.isCurrent));

    /// <inheritdoc cref="SqliteReader.ReadSnapshots"/>
    public List<KeyValuePair<int, ReplicaSnapshot>> ReadSnapshots() => _readers.Read(0, static (reader, _) => reader.ReadSnapshots());

    /// <inheritdoc cref="SqliteReader.ListPartitions"/>
    public List<int> ListPartitions() => _readers.Read(0, static (reader, _) => reader.ListPartitions());

    /// <inheritdoc cref="PartitionCheck.Run"/>
    /// <remarks>By a connection of its own: the check takes long, and reads that somebody waits for must not wait for it.</remarks>
    public long? Check(int partition, Func<bool> goOn)
    {
        try
        {
            _observer.BeforeSqliteCall(SqliteCall.Read);
            using var check = new PartitionCheck(_file.ReadOnlyConnectionString);
            return check.Run(partition, goOn);
        }
        catch (Exception exception)
        {
            throw SqliteFaults.Explain(exception);
        }
    }

    /// <summary>Reads and compares everything.</summary>
    /// <exception cref="StorageDamagedException">Something is not what was written, or is missing.</exception>
    public void CheckAll()
    {
        _readers.Read(0, static (reader, _) =>
        {
            reader.CheckPages();
            return 0;
        });
        foreach (var partition in ListPartitions())
        {
            Check(partition, static () => true);
        }
    }

    public SqliteWriter Write() => new(_file, _observer);

    /// <summary>
    /// Moves SQLite's own journal into its file, as far as nobody reads an earlier state: what the write-ahead log lets go of should not be
    /// in the journal alone. Where it is, damage to the journal is noticed, since the applied position goes back with it and the
    /// write-ahead log begins behind that.
    /// </summary>
    /// <returns>
    /// How large the journal's file is now. The file is cut down to nothing once it has outgrown what the journal needs, unless somebody
    /// holds a transaction open.
    /// </returns>
    public long MoveJournal()
    {
        _observer.BeforeSqliteCall(SqliteCall.MoveJournal);
        _file.Execute("PRAGMA wal_checkpoint(PASSIVE)");
        if (_file.JournalBytes > MaxJournalBytes)
        {
            _file.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        return _file.JournalBytes;
    }

    /// <summary>
    /// Gives pages that hold nothing back to the disk: those beyond a tenth of the file, which will be used again soon, or all. A part at a
    /// time, and not for ever: the next checkpoint goes on.
    /// </summary>
    public void GiveBackSpace(bool all)
    {
        for (var i = 0; i < MaxVacuums; i++)
        {
            var free = _file.Scalar("PRAGMA freelist_count");
            if (free == 0 || (!all && (free < VacuumedPages || free < _file.Scalar("PRAGMA page_count") / 10)))
            {
                return;
            }

            // SQLite frees one page for each row that is read.
            using (var command = _file.Connection.CreateCommand())
            {
                command.CommandText = FormattableString.Invariant($"PRAGMA incremental_vacuum({VacuumedPages})");
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                }
            }

            MoveJournal();
        }
    }

    public void NoteApplied(long position) => AppliedPosition = position;

    public void Dispose()
    {
        _readers.Dispose();
        _file.Dispose();
    }
}
