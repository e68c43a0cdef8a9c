using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>
/// Entries and snapshots up to a position of the log, in a SQLite file. The position commits in the same transaction as the data, so they cannot disagree.
/// Written by one thread at a time, read by several.
/// </summary>
internal sealed class SqliteStore : IDisposable
{
    private const int FullCode = 13;
    private const int NoRoomForSharedMemoryCode = 4874;
    private const int VacuumedPages = 1000;

    /// <summary>SQLite moves its journal into the file by itself at 1,000 pages of 4 KiB; a transaction of a checkpoint comes on top.</summary>
    private const long JournalBytes = 8 * 1024 * 1024;
    private const int MaxVacuums = 16;

    /// <summary>Alone it speaks of the file's header; with more bits, of who may write its shared memory and its directory.</summary>
    private const int ReadOnlyCode = 8;

    /// <summary>
    /// SQLite's codes for what it met in its file, and not at the machine: error (as of a table that is not there), internal, read-only (by the file's header),
    /// corrupt, not found, empty, schema, too big, constraint, mismatch, format, range, not a database.
    /// </summary>
    private static readonly HashSet<int> DamageCodes = [1, 2, 8, 11, 12, 16, 17, 18, 19, 20, 24, 25, 26];

    private readonly string _path;
    private readonly NodeIdentity _identity;
    private readonly SqliteConnection _connection;
    private readonly SqliteReaderPool _readers;

    private SqliteStore(string path, NodeIdentity identity, int maxReaders)
    {
        (_path, _identity) = (path, identity);
        _connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadWriteCreate));
        _readers = new SqliteReaderPool(ConnectionString(path, SqliteOpenMode.ReadOnly), maxReaders);
    }

    /// <summary>
    /// Called before SQLite reads, writes, commits, or moves its journal, with which of these it is. What it throws counts as SQLite's own failure: the seam at
    /// which tests let SQLite fail, whose files do not pass the file system's.
    /// </summary>
    public Action<string>? BeforeCall
    {
        get => _readers.BeforeCall;
        set => _readers.BeforeCall = value;
    }

    /// <summary>Every record at or below it is in SQLite.</summary>
    public long AppliedPosition { get; private set; }

    /// <summary>About how many bytes more the files need to take in this many: with the pages around them, and SQLite's own journal meanwhile.</summary>
    public static long RoomToTake(long bytes) => bytes + (bytes / 4) + JournalBytes;

    /// <summary>Opens the file; makes it when it is not there.</summary>
    /// <exception cref="StorageDamagedException">It is not readable, or another node's.</exception>
    /// <exception cref="FormatVersionException">It is of another version.</exception>
    public static SqliteStore Open(string path, NodeIdentity identity, int maxReaders)
    {
        var store = new SqliteStore(path, identity, maxReaders);
        try
        {
            store._connection.Open();
            store.Prepare();
            return store;
        }
        catch (Exception exception)
        {
            store.Dispose();
            throw Explain(exception) is StorageDamagedException damage && exception is not StorageDamagedException
                ? new StorageDamagedException($"'{path}': {damage.Message}", exception)
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
    public static bool IsDamage(SqliteException exception) =>
        DamageCodes.Contains(exception.SqliteErrorCode)
        && (exception.SqliteErrorCode != ReadOnlyCode || exception.SqliteExtendedErrorCode is ReadOnlyCode or 0);

    /// <summary>The exception, or where it comes from what is in the file, one that says so.</summary>
    public static Exception Explain(Exception exception) => exception switch
    {
        SqliteException sqlite when IsDamage(sqlite) => new StorageDamagedException($"SQLite cannot read its file: {sqlite.Message}", sqlite),
        ObjectDisposedException => exception,
        InvalidCastException or InvalidOperationException or ArgumentException or OverflowException or MalformedBytesException =>
            new StorageDamagedException($"A row in SQLite has values of another kind: {exception.Message}", exception),
        _ => exception,
    };

    /// <summary>Of the one row of <c>meta</c>.</summary>
    public static long MetaChecksum(NodeIdentity identity, long appliedPosition) =>
        RowChecksum.Of(SqliteSchema.FormatVersion, identity.Node.Value, (long)identity.Incarnation, appliedPosition);

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

    /// <inheritdoc cref="SqliteReader.ReadSnapshots"/>
    public List<KeyValuePair<int, ReplicaSnapshot>> ReadSnapshots() => _readers.Read(0, static (reader, _) => reader.ReadSnapshots());

    /// <inheritdoc cref="SqliteReader.ListPartitions"/>
    public List<int> ListPartitions() => _readers.Read(0, static (reader, _) => reader.ListPartitions());

    /// <inheritdoc cref="SqliteReader.Check"/>
    /// <remarks>By a connection of its own: it takes long, and reads that somebody waits for must not wait for it.</remarks>
    public long? Check(int partition, Func<bool> goOn)
    {
        try
        {
            BeforeCall?.Invoke("read");
            using var reader = new SqliteReader(ConnectionString(_path, SqliteOpenMode.ReadOnly));
            return reader.Check(partition, goOn);
        }
        catch (Exception exception)
        {
            throw Explain(exception);
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

    public SqliteWriter Write() => new(_connection, _identity, BeforeCall);

    /// <summary>
    /// Moves SQLite's own journal into its file, as far as nobody reads an earlier state: what the log lets go of should not be in the journal alone. Where it is,
    /// damage to the journal is noticed, since the applied position goes back with it and the log begins behind that.
    /// </summary>
    public void MoveJournal()
    {
        BeforeCall?.Invoke("move");
        Execute("PRAGMA wal_checkpoint(PASSIVE)");
    }

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
        catch (Exception exception) when (Explain(exception) is StorageDamagedException)
        {
            throw new StorageDamagedException($"SQLite cannot read '{path}': {exception.Message}", exception);
        }
    }

    private static string ConnectionString(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString();

    private void Prepare()
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
                    $"INSERT INTO meta VALUES (1, {SqliteSchema.FormatVersion}, {_identity.Node.Value}, {(long)_identity.Incarnation}, 0, {MetaChecksum(_identity, 0)})"),
                transaction);
            transaction.Commit();
            return;
        }

        CheckMeta();
    }

    private void CheckMeta()
    {
        if (Scalar("SELECT count(*) FROM pragma_table_info('meta') WHERE name = 'checksum'") == 0
            && Scalar("SELECT format_version FROM meta") is var older and > 0 and < SqliteSchema.FormatVersion)
        {
            // Before version 3 there was none.
            throw OfVersion(older);
        }

        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT format_version, node, incarnation, applied_position, checksum FROM meta";
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            throw new StorageDamagedException($"'{_path}' does not say whose it is.");
        }

        // The checksum covers the version: where it fits another one, another program wrote the file.
        if (reader.GetInt64(4) != RowChecksum.Of(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)))
        {
            throw new StorageDamagedException($"What '{_path}' says of itself does not fit its checksum.");
        }

        if (reader.GetInt64(0) != SqliteSchema.FormatVersion)
        {
            throw OfVersion(reader.GetInt64(0));
        }

        if (reader.GetInt64(1) != _identity.Node.Value || (ulong)reader.GetInt64(2) != _identity.Incarnation)
        {
            throw new StorageDamagedException(
                $"'{_path}' belongs to node {reader.GetInt64(1)}, incarnation {(ulong)reader.GetInt64(2):x16}, and this directory to node {_identity.Node}, incarnation {_identity.Incarnation:x16}.");
        }

        AppliedPosition = reader.GetInt64(3);
    }

    private FormatVersionException OfVersion(long version)
    {
        var reason = new FormatVersionException(version, SqliteSchema.FormatVersion);
        return new FormatVersionException($"'{_path}' cannot be used: {reason.Message}.", reason);
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
