using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;
using AspireKv.Encoding;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Observers;
using AspireKv.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>What SQLite's file holds beside the rows, and what a check of a partition reads.</summary>
public sealed class SqliteStoreTests : IDisposable
{
    private const int RowsBetweenLooks = 1000;

    private readonly TempDirectory _directory = new();
    private readonly TestObserver _observer = new();
    private readonly SqliteStore _store;

    public SqliteStoreTests() => _store = SqliteStore.Open(
        FilePath,
        new NodeIdentity(new(1), 0x1112131415161718),
        new SqliteOptions(),
        _observer);

    private string FilePath => _directory.File("entries.sqlite");

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    /// <summary>The digest is part of the format: one that is made otherwise would be damage to the next version of the program.</summary>
    [Fact]
    public void Digest_OfRowsThatCameAndWent_IsTheNumberAndTheSumOfThoseThatAreThere()
    {
        Write(writer =>
        {
            writer.Put(0, Records.Key("a"), Records.Value(1, "x"));
            writer.Put(0, Records.Key("b"), Records.Value(2, "x"));
            writer.Put(1, Records.Key("b"), Records.Value(2, "x"));
            writer.Put(0, ReplicaSnapshot.Empty);
        });
        AssertDigest(3);

        Write(writer =>
        {
            writer.Put(0, Records.Key("a"), Records.Value(3, "y"));
            writer.Put(0, ReplicaSnapshot.Empty with { Since = 4 });
            writer.Delete(0, Records.Key("none"));
            writer.Delete(0, Records.Key("b"));
        });
        AssertDigest(2);

        Write(writer => Assert.Equal(1, writer.DeleteSome(0, 10)));
        AssertDigest(1);
    }

    [Fact]
    public void Write_ThatIsNotCommitted_IsUndone()
    {
        using (var writer = _store.Write())
        {
            writer.Put(0, Records.Key("a"), Records.Value(1, "x"));
        }

        Assert.Null(_store.Find(0, Records.Key("a")));
        WriteOne();
        Assert.Equal(Records.Value(1, "x"), _store.Find(0, Records.Key("a")));
        AssertDigest(1);
    }

    [Fact]
    public void Check_OfAWholePartition_ReturnsAboutWhatWasRead()
    {
        const int RowOverheadBytes = 64;
        Write(writer =>
        {
            writer.Put(0, Records.Key("a"), Records.Value(1, "four"));
            writer.Put(0, Records.Key("bb"), Records.Value(2, "sixsix"));
            writer.Put(0, ReplicaSnapshot.Empty);
        });

        Assert.Equal(
            Records.Key("a").Length + 4 + Records.Key("bb").Length + 6 + (3 * RowOverheadBytes), _store.Check(0, static () => true));
        Assert.Equal(0, _store.Check(1, static () => true));
    }

    /// <summary>A node that is to stop does not wait for a long partition.</summary>
    [Theory]
    [InlineData(RowsBetweenLooks - 1, 0)]
    [InlineData(RowsBetweenLooks, 1)]
    [InlineData((2 * RowsBetweenLooks) + 1, 2)]
    public void Check_OfManyRows_AsksNowAndThenWhetherToGoOn(int rows, int looks)
    {
        Write(writer =>
        {
            for (var i = 0; i < rows; i++)
            {
                writer.Put(0, Records.Key($"key{i}"), Records.Value(i + 1, "x"));
            }
        });
        var looked = 0;

        Assert.NotNull(_store.Check(0, () => ++looked > 0));

        Assert.Equal(looks, looked);
        Assert.Equal(looks > 0, _store.Check(0, static () => false) is null);
    }

    /// <summary>What the write-ahead log lets go of must not lie in SQLite's journal alone.</summary>
    [Fact]
    public void MoveJournal_LeavesAllInTheFileItself()
    {
        WriteOne();

        Assert.InRange(_store.MoveJournal(), 1, SqliteStore.MaxJournalBytes);

        var copy = _directory.File("copy.sqlite");
        File.Copy(FilePath, copy);
        Assert.Equal(1L, Sql("SELECT count(*) FROM entries", copy));
    }

    [Fact]
    public void MoveJournal_ThatHasBecomeLarge_CutsIt()
    {
        Write(writer =>
        {
            for (var i = 0; i < 9; i++)
            {
                writer.Put(0, Records.Key($"key{i}"), Records.Value(i + 1, new string('x', 1_000_000)));
            }
        });
        Assert.InRange(new FileInfo(FilePath + "-wal").Length, SqliteStore.MaxJournalBytes + 1, long.MaxValue);

        Assert.Equal(0, _store.MoveJournal());

        Assert.Equal(0, new FileInfo(FilePath + "-wal").Length);
    }

    [Fact]
    public void GiveBackSpace_OfAll_MakesTheFileShorter()
    {
        Write(static writer => writer.Put(0, Records.Key("a"), Records.Value(1, new string('x', 400_000))));
        Write(static writer => writer.Delete(0, Records.Key("a")));
        _store.MoveJournal();
        _store.GiveBackSpace(all: false);
        Assert.InRange(_store.FileBytes, 400_000, long.MaxValue);

        _store.GiveBackSpace(all: true);

        Assert.InRange(_store.FileBytes, 1, 100_000);
    }

    /// <summary>As an index does that lost a row: the rows and their digest are whole.</summary>
    [Fact]
    public void CheckAll_WherePagesDoNotFit_IsDamage()
    {
        WriteOne();
        _store.CheckAll();
        Sql(
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, 'is_tombstone = 1', 'is_tombstone = 0');
            PRAGMA schema_version = 99;
            """);

        Assert.Throws<StorageDamagedException>(_store.CheckAll);
    }

    [Fact]
    public void CheckAll_WhereARowIsGoneFromALongPartition_IsDamage()
    {
        Write(writer =>
        {
            for (var i = 0; i <= RowsBetweenLooks; i++)
            {
                writer.Put(0, Records.Key($"key{i}"), Records.Value(i + 1, "x"));
            }
        });
        Sql("DELETE FROM entries WHERE stamp_sequence = 1");

        Assert.Throws<StorageDamagedException>(_store.CheckAll);
    }

    [Fact]
    public void ReadSnapshots_WhereOneDoesNotFitItsChecksum_IsDamage()
    {
        var snapshot = ReplicaSnapshot.Empty with { Since = 4 };
        Write(writer => writer.Put(1, snapshot));
        Assert.Equal([new(1, snapshot)], _store.ReadSnapshots());
        Sql("UPDATE partitions SET checksum = checksum + 1");

        Assert.Throws<StorageDamagedException>(_store.ReadSnapshots);
    }

    /// <summary>The row is what was written, so that it must not cost the node its files.</summary>
    [Fact]
    public void Find_ARowWithMoreThanItsEntry_IsRefusedAndNoDamage()
    {
        WriteOne();
        var entry = (byte[])Sql("SELECT entry FROM entries")!;
        var checksum = RowChecksum.Of(0, Records.Key("a"), [.. entry, 0]);
        Sql(FormattableString.Invariant($"UPDATE entries SET entry = x'{Convert.ToHexString(entry)}00', checksum = {checksum}"));

        Assert.Throws<MalformedBytesException>(() => _store.Find(0, Records.Key("a")));
    }

    [Fact]
    public void StoredRow_WithoutAValue_IsDamage()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT NULL AS checksum";
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());

        Assert.Throws<StorageDamagedException>(() => StoredRow.NumberAt(reader, 0, "file"));
        Assert.Throws<StorageDamagedException>(() => StoredRow.BlobAt(reader, 0, "file"));
    }

    [Fact]
    public void Calls_AreToldBeforeTheyAreMade()
    {
        var calls = new List<SqliteCall>();
        _observer.BeforeCall = calls.Add;

        WriteOne();
        _store.MoveJournal();
        _store.Find(0, Records.Key("a"));
        _store.Check(0, static () => true);

        Assert.Equal(SqliteCall.Write, calls[0]);
        Assert.Equal(
            [SqliteCall.Commit, SqliteCall.MoveJournal, SqliteCall.Read, SqliteCall.Read],
            calls.Where(static call => call != SqliteCall.Write));
    }

    /// <summary>SQLite removes the files beside its own when the last connection is closed.</summary>
    [Fact]
    public void Dispose_HoldsNothingOpen()
    {
        WriteOne();
        Assert.NotNull(_store.Find(0, Records.Key("a")));
        _store.Check(0, static () => true);

        _store.Dispose();

        Assert.Equal([FilePath], Directory.GetFiles(_directory.Path));
    }

    private void WriteOne() => Write(static writer => writer.Put(0, Records.Key("a"), Records.Value(1, "x")));

    private void Write(Action<SqliteWriter> write)
    {
        using var writer = _store.Write();
        write(writer);
        writer.Commit();
    }

    private object? Sql(string text, string? file = null)
    {
        using var connection = new SqliteConnection($"Data Source={file ?? FilePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }

    private void AssertDigest(int rows)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT checksum, key FROM entries WHERE partition = 0 UNION ALL SELECT checksum, NULL FROM partitions WHERE partition = 0";
        var (count, sum) = (0, 0L);
        var buckets = new BucketSums();
        using (var reader = command.ExecuteReader())
        {
            for (; reader.Read(); count++)
            {
                sum = unchecked(sum + reader.GetInt64(0));
                if (!reader.IsDBNull(1))
                {
                    buckets.Add(new StoreKey(reader.GetFieldValue<byte[]>(1)), reader.GetInt64(0));
                }
            }
        }

        command.CommandText = "SELECT row_count, digest FROM digests WHERE partition = 0";
        using var digest = command.ExecuteReader();
        Assert.True(digest.Read());
        Assert.Equal(rows, count);
        Assert.Equal((rows, sum), (digest.GetInt64(0), digest.GetInt64(1)));
        Records.AssertSame(buckets, _store.SumBuckets(0, [], static (_, _) => false, static () => true)!);
    }
}
