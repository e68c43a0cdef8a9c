using AspireKv.Auth.Files;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Data.Sqlite;

namespace AspireKv.Auth.Accounts;

/// <summary>The accounts, in SQLite: e-mail address and password hash. A handful of rows, read once a login.</summary>
internal sealed class AccountStore
{
    public const string FileName = "accounts.db";

    private readonly string _connectionString;

    private AccountStore(string path) => _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWrite,
        DefaultTimeout = 2,
    }.ToString();

    /// <exception cref="StartUpException">The file cannot be made or read.</exception>
    public static AccountStore Open(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            PrivateFiles.CreateDirectory(directory);
            if (!File.Exists(path))
            {
                // SQLite would make it readable by all; its journal takes over the mode of the file.
                PrivateFiles.CreateNew(path).Dispose();
            }

            var store = new AccountStore(path);
            store.CreateSchema();
            return store;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new StartUpException(
                $"the accounts {path} cannot be opened ({exception.Message}): let Auth:DataDirectory be a directory that this "
                + "user may write to, or put back a copy of the file",
                exception);
        }
    }

    public bool IsEmpty()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT NOT EXISTS (SELECT 1 FROM accounts)";
        return (long)command.ExecuteScalar()! == 1;
    }

    /// <summary>The stored hash; null when there is no such account.</summary>
    /// <exception cref="InvalidDataException">What is stored is no hash.</exception>
    public PasswordHash? FindHash(EmailAddress email)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT password_hash FROM accounts WHERE email = $email";
        command.Parameters.AddWithValue("$email", email.Value);
        return command.ExecuteScalar() switch
        {
            null => null,
            string text when PasswordHash.TryParse(text, out var hash) => hash,
            _ => throw new InvalidDataException("the stored password hash of an account is damaged"),
        };
    }

    /// <summary>False when the account exists; it stays as it is.</summary>
    public bool Add(EmailAddress email, PasswordHash hash, DateTimeOffset now)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO accounts (email, password_hash, created_at) VALUES ($email, $hash, $now) ON CONFLICT (email) DO NOTHING";
        command.Parameters.AddWithValue("$email", email.Value);
        command.Parameters.AddWithValue("$hash", hash.ToString());
        command.Parameters.AddWithValue("$now", now.ToUnixTimeSeconds());
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>Puts a new hash in the place of <paramref name="old"/>; nothing happens when another was put there meanwhile.</summary>
    public void ReplaceHash(EmailAddress email, PasswordHash old, PasswordHash replacement)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE accounts SET password_hash = $new WHERE email = $email AND password_hash = $old";
        command.Parameters.AddWithValue("$email", email.Value);
        command.Parameters.AddWithValue("$old", old.ToString());
        command.Parameters.AddWithValue("$new", replacement.ToString());
        command.ExecuteNonQuery();
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
