using System.Diagnostics;
using AspireKv.Storage;
using Microsoft.Data.Sqlite;

namespace AspireKv.StorageBench;

/// <summary>
/// A checkpoint against plain inserts into SQLite, and point reads against plain selects, on the same disk in the same run.
/// </summary>
internal static class ReadBench
{
    private const int Reads = 100_000;

    public static void Run(BenchSettings settings)
    {
        var directory = Path.Combine(settings.Directory, "read");
        var entries = Math.Min(settings.Entries, 200_000);
        var value = BenchEngine.Value(BenchSettings.ValueBytes);
        var engine = BenchEngine.Open(directory, options =>
        {
            options.Cache.MaxBytes = 0;
            options.Checkpoints.MemtableBytes = options.Checkpoints.WalBytes = 1L << 32;
            options.Checkpoints.MemtableLimitBytes = options.Wal.LimitBytes = 1L << 33;
            options.Checkpoints.Interval = TimeSpan.FromHours(1);
        });
        var last = 0L;
        for (var i = 0; i < entries; i++)
        {
            last = engine.Append(BenchEngine.Put(i, i + 1, value));
        }

        engine.WaitDurable(last);
        var inMemory = Read(engine, entries);
        var start = Stopwatch.GetTimestamp();
        engine.Checkpoint();
        var checkpoint = entries / Stopwatch.GetElapsedTime(start).TotalSeconds;
        var plainInserts = Insert(Path.Combine(directory, "plain.sqlite"), entries, value);
        var hit = Read(engine, entries);
        var miss = Read(engine, entries, offset: 100_000_000);
        var plainSelects = Select(Path.Combine(directory, "entries.sqlite"), entries);
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();

        Console.WriteLine($"Checkpoint and point reads, {entries:N0} entries of {BenchSettings.ValueBytes} bytes, one thread");
        Console.WriteLine("| what | a second | plain SQLite | ratio |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        Console.WriteLine($"| checkpoint, entries | {checkpoint:N0} | {plainInserts:N0} inserts | {checkpoint / plainInserts:F2} x |");
        Console.WriteLine($"| read, in the memtable | {inMemory:N0} | | |");
        Console.WriteLine($"| read, from SQLite | {hit:N0} | {plainSelects:N0} selects | {hit / plainSelects:F2} x |");
        Console.WriteLine($"| read, no such key | {miss:N0} | {plainSelects:N0} selects | {miss / plainSelects:F2} x |");
        Console.WriteLine();
    }

    private static double Read(StorageEngine engine, int entries, int offset = 0)
    {
        var random = new Random(3);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Reads; i++)
        {
            var number = random.Next(entries) + offset;
            if (engine.Find(number % BenchEngine.Partitions, BenchEngine.Key(number)) is null != offset > 0)
            {
                throw new InvalidOperationException($"entry {number} was read wrongly");
            }
        }

        return Reads / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Rows of the same size, in the same order, in transactions of 1,000.</summary>
    private static double Insert(string path, int entries, byte[] value)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
            + "CREATE TABLE entries (partition INTEGER, key BLOB, numbers BLOB, value BLOB, PRIMARY KEY (partition, key)) WITHOUT ROWID";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO entries VALUES ($partition, $key, $numbers, $value)";
        var (partition, key) = (command.Parameters.Add("$partition", SqliteType.Integer), command.Parameters.Add("$key", SqliteType.Blob));
        command.Parameters.AddWithValue("$numbers", new byte[40]);
        command.Parameters.AddWithValue("$value", value);
        var numbers = Enumerable.Range(0, entries).OrderBy(number => number % BenchEngine.Partitions).ToArray();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < entries; i += 1_000)
        {
            using var transaction = connection.BeginTransaction();
            command.Transaction = transaction;
            foreach (var number in numbers.AsSpan(i, Math.Min(1_000, entries - i)))
            {
                partition.Value = number % BenchEngine.Partitions;
                key.Value = BenchEngine.Key(number).Bytes.ToArray();
                command.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        return entries / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Select(string path, int entries)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT entry FROM entries WHERE partition = $partition AND key = $key";
        var (partition, key) = (command.Parameters.Add("$partition", SqliteType.Integer), command.Parameters.Add("$key", SqliteType.Blob));
        var random = new Random(3);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Reads; i++)
        {
            var number = random.Next(entries);
            partition.Value = number % BenchEngine.Partitions;
            key.Value = BenchEngine.Key(number).Bytes.ToArray();
            if (command.ExecuteScalar() is not byte[])
            {
                throw new InvalidOperationException($"row {number} is not there");
            }
        }

        return Reads / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
