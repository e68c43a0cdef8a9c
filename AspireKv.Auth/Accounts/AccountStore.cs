using AspireKv.Auth.Files;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Data.Sqlite;

namespace AspireKv.Auth.Accounts;

/// <summary>The accounts, in SQLite: e-mail address and password hash. A handful of rows, read once a login.</summary>
internal sealed class AccountStore
{
    public const string FileName = "accounts.db";

    /// <summary>How often a start tries to open accounts that another program holds; each try waits for 2 s.</summary>
    private const int OpenTries = 15;

    // Result codes of SQLite (sqlite.org/rescode.html).
    private const int Busy = 5;
    private const int Locked = 6;
    private const int NoMemory = 7;
    private const int CannotOpen = 14;

    private readonly string _connectionString;

    private AccountStore(string path) => _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWrite,
        DefaultTimeout = 2,
    }.ToString();

    /// <exception cref="StartUpException">The file cannot be made or read, or others may read it.</exception>
    public static AccountStore Open(string directory, IDisk disk, ILogger logger)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            PrivateFiles.CreateDirectory(directory, disk);
            if (!File.Exists(path))
            {
                // SQLite would make it readable by all; its journal takes over the mode of the file.
                PrivateFiles.CreateNew(path).Dispose();
            }

            if (PrivateFiles.IsOpenToOthers(path))
            {
                throw new StartUpException(
                    $"the accounts {path} are open to other users: run chmod 600 on the file, and, if somebody can have read it, set "
                    + "new passwords");
            }

            var store = new AccountStore(path);
            store.CreateSchemaPatiently(path, logger);
            return store;
        }
        catch (SqliteException exception) when (IsTransient(exception))
        {
            throw new StartUpException(
                $"the accounts {path} are in use by another program ({exception.Message}): end it, or let it finish", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new StartUpException(
                $"the accounts {path} cannot be opened ({exception.Message}): let Auth:DataDirectory be a directory that this "
                + "user may write to, or put back a copy of the file",
                exception);
        }
    }

    /// <summary>Whether the same may succeed later: another program holds the file, or the machine is short of something.</summary>
    public static bool IsTransient(SqliteException exception) => exception.SqliteErrorCode is Busy or Locked or NoMemory or CannotOpen;

    public bool IsEmpty()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT NOT EXISTS (SELECT 1 FROM accounts)";
        return (long)command.ExecuteScalar()! == 1;
    }

    /// <summary>The stored hash; null when there is no such account.</summary>
    public string? FindHash(EmailAddress email)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT password_hash FROM accounts WHERE email = $email";
        command.Parameters.AddWithValue("$email", email.Value);
        return (string?)command.ExecuteScalar();
    }

    /// <summary>The hashes of all accounts.</summary>
    public IReadOnlyList<string> ListHashes()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT password_hash FROM accounts";
        using var rows = command.ExecuteReader();
        var hashes = new List<string>();
        while (rows.Read())
        {
            hashes.Add(rows.GetString(0));
        }

        return hashes;
    }

    /// <summary>Makes the account, or gives it another password. True when it was made.</summary>
    public bool Set(EmailAddress email, string hash, DateTimeOffset now)
    {
        using var connection = Connect();
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "UPDATE accounts SET password_hash = $hash WHERE email = $email";
        command.Parameters.AddWithValue("$email", email.Value);
        command.Parameters.AddWithValue("$hash", hash);
        var isNew = command.ExecuteNonQuery() == 0;
        if (isNew)
        {
            command.CommandText = "INSERT INTO accounts (email, password_hash, created_at) VALUES ($email, $hash, $now)";
            command.Parameters.AddWithValue("$now", now.ToUnixTimeSeconds());
            command.ExecuteNonQuery();
        }

        transaction.Commit();
        return isNew;
    }

    /// <summary>False when there is no such account.</summary>
    public bool Remove(EmailAddress email)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM accounts WHERE email = $email";
        command.Parameters.AddWithValue("$email", email.Value);
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>Puts a new hash in the place of <paramref name="old"/>; nothing happens when another was put there meanwhile.</summary>
    public void ReplaceHash(EmailAddress email, string old, string replacement)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE accounts SET password_hash = $new WHERE email = $email AND password_hash = $old";
        command.Parameters.AddWithValue("$email", email.Value);
        command.Parameters.AddWithValue("$old", old);
        command.Parameters.AddWithValue("$new", replacement);
        command.ExecuteNonQuery();
    }

    private void CreateSchemaPatiently(string path, ILogger logger)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                CreateSchema();
                return;
            }
            catch (SqliteException exception) when (tries < OpenTries && exception.SqliteErrorCode is Busy or Locked)
            {
                Log.WaitsForAccounts(logger, path, exception.Message);
            }
        }
    }

    private void CreateSchema()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = """
            CREATE TABLE IF NOT EXISTS accounts (
                email         TEXT    NOT NULL PRIMARY KEY,
                password_hash TEXT    NOT NULL,
                created_at    INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID
            """;
        command.ExecuteNonQuery();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }
}
