using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Sqlite;

/// <summary>
/// The file of SQLite as one node uses it: opened and prepared, with a first row that says whose the file is and how far it goes, and the
/// one connection that writes.
/// </summary>
internal sealed class SqliteFile : IDisposable
{
    /// <summary>
    /// How long one call waits for a lock that another program holds, before whoever called is told and tries again. Short, so that a node
    /// that is to stop does not wait for others.
    /// </summary>
    private const int LockPatienceSeconds = 1;

    private const string JournalExtension = "-wal";

    private readonly string _path;

    private SqliteFile(string path, NodeIdentity identity)
    {
        (_path, Identity) = (path, identity);
        Connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadWriteCreate));
    }

    public NodeIdentity Identity { get; }

    /// <summary>The connection that writes. Used by one thread at a time.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>For connections that only read.</summary>
    public string ReadOnlyConnectionString => ConnectionString(_path, SqliteOpenMode.ReadOnly);

    /// <summary>How far the file went when it was opened.</summary>
    public long AppliedPosition { get; private set; }

    /// <summary>False once somebody removed the file.</summary>
    public bool Exists => File.Exists(_path);

    /// <summary>Bytes of the file, without SQLite's journal.</summary>
    public long Bytes => new FileInfo(_path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Bytes of the file of SQLite's journal.</summary>
    public long JournalBytes => new FileInfo(_path + JournalExtension) is { Exists: true } file ? file.Length : 0;

    /// <summary>Opens the file; makes it when it is not there.</summary>
    /// <exception cref="StorageDamagedException">The file is not readable, or another node's.</exception>
    /// <exception cref="FormatVersionException">The file is of another version.</exception>
    public static SqliteFile Open(string path, NodeIdentity identity)
    {
        var file = new SqliteFile(path, identity);
        try
        {
            file.Connection.Open();
            file.Prepare();
            return file;
        }
        catch (Exception exception)
        {
            file.Dispose();
            throw SqliteFaults.Explain(exception) is StorageDamagedException damage && exception is not StorageDamagedException
                ? new StorageDamagedException($"'{path}': {damage.Message}", exception)
                : exception;
        }
    }

    /// <summary>Removes what a first start left that did not get as far as writing the identity.</summary>
    /// <exception cref="StorageDamagedException">The file holds data.</exception>
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

        File.Delete(path + JournalExtension);
        File.Delete(path + "-shm");
        File.Delete(path);
    }

    public void Execute(string text, SqliteTransaction? transaction = null)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = text;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    public long Scalar(string text)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = text;
        return (long)command.ExecuteScalar()!;
    }

    public void Dispose() => Connection.Dispose();

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
            return command.ExecuteScalar() is not 0L;
        }
        catch (Exception exception) when (SqliteFaults.Explain(exception) is StorageDamagedException)
        {
            throw new StorageDamagedException($"SQLite cannot read '{path}': {exception.Message}", exception);
        }
    }

    private static string ConnectionString(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = LockPatienceSeconds,
        }.ToString();

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
            Create();
        }
        else
        {
            CheckMeta();
        }
    }

    private void Create()
    {
        var incarnation = (long)Identity.Incarnation;
        var checksum = RowChecksum.OfMeta(Identity, appliedPosition: 0);
        using var transaction = Connection.BeginTransaction();
        Execute(SqliteSchema.Create, transaction);
        Execute(
            FormattableString.Invariant(
                $"INSERT INTO meta VALUES (1, {SqliteSchema.FormatVersion}, {Identity.Node.Value}, {incarnation}, 0, {checksum})"),
            transaction);
        transaction.Commit();
    }

    private void CheckMeta()
    {
        if (Scalar("SELECT count(*) FROM pragma_table_info('meta') WHERE name = 'checksum'") == 0
            && Scalar("SELECT format_version FROM meta") is var older and > 0 and < SqliteSchema.FormatVersion)
        {
            // Before version 3 there was none.
            throw OfVersion(older);
        }

        using var command = Connection.CreateCommand();
        command.CommandText = "SELECT format_version, node, incarnation, applied_position, checksum FROM meta";
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            throw new StorageDamagedException($"'{_path}' does not say whose it is.");
        }

        // The checksum covers the version: where it fits another one, another program wrote the file.
        var version = StoredRow.NumberAt(reader, 0, _path);
        var node = StoredRow.NumberAt(reader, 1, _path);
        var incarnation = StoredRow.NumberAt(reader, 2, _path);
        var applied = StoredRow.NumberAt(reader, 3, _path);
        if (StoredRow.NumberAt(reader, 4, _path) != RowChecksum.Of(version, node, incarnation, applied))
        {
            throw new StorageDamagedException($"What '{_path}' says of itself does not fit its checksum.");
        }

        if (version != SqliteSchema.FormatVersion)
        {
            throw OfVersion(version);
        }

        if (node != Identity.Node.Value || (ulong)incarnation != Identity.Incarnation)
        {
            throw new StorageDamagedException(
                $"'{_path}' belongs to node {node}, incarnation {(ulong)incarnation:x16}, "
                    + $"and this directory to node {Identity.Node}, incarnation {Identity.Incarnation:x16}.");
        }

        AppliedPosition = applied;
    }

    private FormatVersionException OfVersion(long version)
    {
        var reason = new FormatVersionException(version, SqliteSchema.FormatVersion);
        return new FormatVersionException($"'{_path}' cannot be used: {reason.Message}.", reason);
    }
}
