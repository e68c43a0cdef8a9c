using AspireKv.Cluster.Consensus;
using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Versioning;
using AspireKv.StorageNode.Storage.Codec;
using Microsoft.Data.Sqlite;

namespace AspireKv.StorageNode.Storage.Sqlite;

/// <summary>
/// Entries and snapshots up to a position of the log, in a SQLite file. The position commits in the same transaction as the data, so they cannot disagree.
/// Written by one thread at a time, read by several.
/// </summary>
internal sealed class SqliteStore : IDisposable
{
    private const int FullCode = 13;
    private const int NoRoomForSharedMemoryCode = 4874;
    private const int VacuumedPages = 1000;
    private const int MaxVacuums = 16;
    private const int CorruptCode = 11;
    private const int NotADatabaseCode = 26;

    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly SqliteReaderPool _readers;

    private SqliteStore(string path, int maxReaders)
    {
        _path = path;
        _connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadWriteCreate));
        _readers = new SqliteReaderPool(ConnectionString(path, SqliteOpenMode.ReadOnly), maxReaders);
    }

    /// <summary>Every record at or below it is in SQLite.</summary>
    public long AppliedPosition { get; private set; }

    /// <summary>Opens the file; makes it when it is not there.</summary>
    /// <exception cref="StorageDamagedException">It is not readable, of another version, or another node's.</exception>
    public static SqliteStore Open(string path, NodeIdentity identity, int maxReaders)
    {
        var store = new SqliteStore(path, maxReaders);
        try
        {
            store._connection.Open();
            store.Prepare(identity);
            return store;
        }
        catch (Exception exception)
        {
            store.Dispose();
            throw exception is SqliteException sqlite && IsDamage(sqlite)
                ? new StorageDamagedException($"SQLite cannot read '{path}': {sqlite.Message}", sqlite)
                : exception;
        }
    }

    /// <summary>Removes what a first start left that did not get as far as writing the identity.</summary>
    /// <exception cref="StorageDamagedException">It holds data.</exception>
    public static void DeleteUnused(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        if (IsUsed(path))
        {
            throw new StorageDamagedException($"'{path}' holds data, but its directory has no identity; its file was removed.");
        }

        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        File.Delete(path);
    }

    /// <summary>True when SQLite says that its file is not what it was.</summary>
    public static bool IsDamage(SqliteException exception) => exception.SqliteErrorCode is CorruptCode or NotADatabaseCode;

    /// <summary>True when SQLite found no room; what was to be done was not done, and can be tried again.</summary>
    public static bool IsFull(SqliteException exception) => exception.SqliteErrorCode == FullCode || exception.SqliteExtendedErrorCode == NoRoomForSharedMemoryCode;

    /// <inheritdoc cref="SqliteReader.Find"/>
    public Entry? Find(int partition, StoreKey key) =>
        _readers.Read((partition, key), static (reader, argument) => reader.Find(argument.partition, argument.key));

    /// <inheritdoc cref="SqliteReader.FindTombstones"/>
    public List<(StoreKey Key, Stamp Stamp)> FindTombstones(int partition, int max) =>
        _readers.Read((partition, max), static (reader, argument) => reader.FindTombstones(argument.partition, argument.max));

    /// <inheritdoc cref="SqliteReader.ListKeys"/>
    public List<StoreKey> ListKeys(int partition, StoreKey after, int max) => _readers.Read(
        (partition, after, max), static (reader, argument) => reader.ListKeys(argument.partition, argument.after, argument.max));

    public SqliteWriter Write() => new(_connection);

    /// <summary>Moves SQLite's own journal into its file, so that damage to the journal costs nothing the log no longer has.</summary>
    public void MoveJournal() => Execute("PRAGMA wal_checkpoint(PASSIVE)");

    /// <summary>
    /// Gives pages that hold nothing back to the disk: those beyond a tenth of the file, which will be used again soon, or all. A part at a time, and not for
    /// ever: the next checkpoint goes on.
    /// </summary>
    public void GiveBackSpace(bool all)
    {
        for (var i = 0; i < MaxVacuums; i++)
        {
            var free = Scalar("PRAGMA freelist_count");
            if (free == 0 || (!all && (free < VacuumedPages || free < Scalar("PRAGMA page_count") / 10)))
            {
                return;
            }

            // It frees one page for each row that is read.
            using (var command = _connection.CreateCommand())
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

    /// <exception cref="StorageDamagedException">A row does not fit its checksum.</exception>
    public List<KeyValuePair<int, ReplicaSnapshot>> ReadSnapshots()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT partition, snapshot, checksum FROM partitions";
        using var reader = command.ExecuteReader();
        var snapshots = new List<KeyValuePair<int, ReplicaSnapshot>>();
        while (reader.Read())
        {
            var partition = reader.GetInt32(0);
            var bytes = reader.GetFieldValue<byte[]>(1);
            if (reader.GetInt64(2) != RowChecksum.Of(partition, bytes))
            {
                throw new StorageDamagedException($"The state of partition {partition} in '{_path}' does not fit its checksum.");
            }

            snapshots.Add(new(partition, SnapshotCodec.Decode(bytes)));
        }

        return snapshots;
    }

    public List<int> FindPartitionsWithRows()
    {
        // A skip scan: one look into the index for each partition instead of one for each row.
        using var command = _connection.CreateCommand();
        command.CommandText = """
            WITH RECURSIVE found (partition) AS (
                SELECT min(partition) FROM entries
                UNION ALL
                SELECT (SELECT min(partition) FROM entries WHERE entries.partition > found.partition) FROM found WHERE found.partition IS NOT NULL)
            SELECT partition FROM found WHERE partition IS NOT NULL
            """;
        using var reader = command.ExecuteReader();
        var partitions = new List<int>();
        while (reader.Read())
        {
            partitions.Add(reader.GetInt32(0));
        }

        return partitions;
    }

    public void NoteApplied(long position) => AppliedPosition = position;

    public void Dispose()
    {
        _readers.Dispose();
        _connection.Dispose();
    }

    private static bool IsUsed(string path)
    {
        try
        {
            using var connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadWrite));
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM sqlite_schema WHERE name = 'meta'";
            if ((long)command.ExecuteScalar()! == 0)
            {
                return false;
            }

            command.CommandText = "SELECT coalesce(max(applied_position), 0) FROM meta";
            return (long)command.ExecuteScalar()! > 0;
        }
        catch (SqliteException exception) when (IsDamage(exception))
        {
            throw new StorageDamagedException($"SQLite cannot read '{path}': {exception.Message}", exception);
        }
    }

    private static string ConnectionString(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString();

    private void Prepare(NodeIdentity identity)
    {
        if (Scalar("PRAGMA page_count") == 0)
        {
            Execute("PRAGMA auto_vacuum = INCREMENTAL");
        }

        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
        Execute("PRAGMA fullfsync = ON");
        Execute("PRAGMA checkpoint_fullfsync = ON");
        if (Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'") == 0)
        {
            using var transaction = _connection.BeginTransaction();
            Execute(SqliteSchema.Create, transaction);
            Execute(
                FormattableString.Invariant(
                    $"INSERT INTO meta VALUES (1, {SqliteSchema.FormatVersion}, {identity.Node.Value}, {(long)identity.Incarnation}, 0)"),
                transaction);
            transaction.Commit();
            return;
        }

        Check(identity);
    }

    private void Check(NodeIdentity identity)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT format_version, node, incarnation, applied_position FROM meta";
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            throw new StorageDamagedException($"'{_path}' does not say whose it is.");
        }

        if (reader.GetInt64(0) != SqliteSchema.FormatVersion)
        {
            throw new StorageDamagedException(
                $"'{_path}' is of format version {reader.GetInt64(0)}, and this program knows only {SqliteSchema.FormatVersion}.");
        }

        if (reader.GetInt64(1) != identity.Node.Value || (ulong)reader.GetInt64(2) != identity.Incarnation)
        {
            throw new StorageDamagedException(
                $"'{_path}' belongs to node {reader.GetInt64(1)}, incarnation {(ulong)reader.GetInt64(2):x16}, and this directory to node {identity.Node}, incarnation {identity.Incarnation:x16}.");
        }

        AppliedPosition = reader.GetInt64(3);
    }

    private void Execute(string text, SqliteTransaction? transaction = null)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = text;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private long Scalar(string text)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = text;
        return (long)command.ExecuteScalar()!;
    }
}
