using AspireKv.Cluster.Keys;
using AspireKv.Storage.Observers;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>What a checkpoint writes at once, and what it gives back to the disk.</summary>
public sealed class CheckpointPartsTests : IDisposable
{
    private const int RowsOfATransaction = 1000;
    private const int BytesOfATransaction = 1024 * 1024;

    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    /// <summary>No transaction holds SQLite's journal for long; the last one moves the applied position.</summary>
    [Theory]
    [InlineData(RowsOfATransaction - 1, 1)]
    [InlineData(RowsOfATransaction, 2)]
    [InlineData((2 * RowsOfATransaction) - 1, 2)]
    [InlineData(2 * RowsOfATransaction, 3)]
    public async Task Checkpoint_OfManyRows_CommitsPartByPart(int rows, int commits)
    {
        await using var engine = _fixture.Open();
        for (var i = 0; i < rows; i++)
        {
            engine.Append(Records.Put(0, $"key{i}", i + 1, "x"));
        }

        Assert.Equal(commits, CountCommits(engine));
    }

    [Theory]
    [InlineData(1, BytesOfATransaction - 1, 1)]
    [InlineData(1, BytesOfATransaction, 2)]
    [InlineData(4, BytesOfATransaction / 2, 3)]
    [InlineData(5, BytesOfATransaction / 2, 3)]
    public async Task Checkpoint_OfLargeValues_CommitsPartByPart(int values, int bytes, int commits)
    {
        await using var engine = _fixture.Open();
        for (var i = 0; i < values; i++)
        {
            engine.Append(Records.Put(0, $"key{i}", i + 1, new string('x', bytes)));
        }

        Assert.Equal(commits, CountCommits(engine));
    }

    [Fact]
    public async Task Checkpoint_OfNothing_CommitsNothing()
    {
        await using var engine = _fixture.Open();

        Assert.Equal(0, CountCommits(engine));
    }

    /// <summary>Pages that hold nothing go back to the disk, but for a tenth of the file, which is soon used again.</summary>
    [Fact]
    public async Task Checkpoint_AfterManyValuesWent_GivesTheirPagesBack()
    {
        const int Values = 12;
        await using var engine = _fixture.Open();
        for (var i = 0; i < Values; i++)
        {
            engine.Append(Records.Put(0, $"key{i}", i + 1, new string('x', 500_000)));
        }

        Assert.True(engine.Checkpoint());
        var full = Pragma("page_count");
        for (var i = 0; i < Values; i++)
        {
            engine.Append(Records.Delete(0, $"key{i}", i + 100));
        }

        Assert.True(engine.Checkpoint());

        Assert.True(Pragma("page_count") < full / 2, $"{Pragma("page_count")} of {full} pages are left");
        Assert.InRange(Pragma("freelist_count"), 1, 1000);
    }

    /// <summary>What a few rows leave is kept for the next ones.</summary>
    [Fact]
    public async Task Checkpoint_AfterFewValuesWent_KeepsTheirPages()
    {
        await using var engine = _fixture.Open();
        engine.Append(Records.Put(0, "key", 1, new string('x', 500_000)));
        Assert.True(engine.Checkpoint());
        engine.Append(Records.Delete(0, "key", 2));

        Assert.True(engine.Checkpoint());

        Assert.InRange(Pragma("freelist_count"), 100, 1000);
    }

    [Fact]
    public async Task FindTombstones_BeyondTheMost_AreThoseOfSqliteFirstAndTheOldest()
    {
        await using var engine = _fixture.Open();
        foreach (var sequence in new[] { 5, 3, 4 })
        {
            engine.Append(Records.Delete(0, $"stored{sequence}", sequence));
        }

        Assert.True(engine.Checkpoint());
        foreach (var sequence in new[] { 2, 9, 1 })
        {
            engine.Append(Records.Delete(0, $"placed{sequence}", sequence));
        }

        Assert.Equal([3, 4], Find(2));
        Assert.Equal([3, 4, 5, 1], Find(4));
        Assert.Equal([3, 4, 5, 1, 2, 9], Find(7));
        Assert.Equal([3, 4, 5, 1, 2, 9], Find(int.MaxValue));

        // Void in SQLite since; those behind take the place.
        engine.Append(Records.Purge(0, "stored3", 3));
        Assert.Equal([4, 5], Find(2));

        long[] Find(int max) => [.. engine.FindTombstones(0, max).Select(tombstone => tombstone.Stamp.Sequence)];
    }

    [Theory]
    [InlineData(2, 2, false)]
    [InlineData(3, 3, false)]
    [InlineData(4, 4, false)]
    [InlineData(5, 4, true)]
    public async Task ListKeys_OfAPage_SaysWhetherItIsTheLast(int max, int found, bool isLast)
    {
        await using var engine = _fixture.Open();
        engine.Append(Records.Put(0, "b", 1, "x"));
        engine.Append(Records.Put(0, "d", 2, "x"));
        engine.Append(Records.Put(0, "a", 3, "x"));
        Assert.True(engine.Checkpoint());
        engine.Append(Records.Put(0, "c", 4, "x"));
        engine.Append(Records.Put(0, "b", 5, "y"));

        var page = engine.ListKeys(0, default, BucketSet.All, max);

        Assert.Equal(new[] { "a", "b", "c", "d" }.Take(found).Select(Records.Key), page.Keys.Select(listed => listed.Key));
        Assert.True(page.IsLast || !isLast);
        Assert.False(page.IsLast && found < 4);
    }

    [Fact]
    public async Task WriteFounding_OnAFreshDirectory_IsKeptAndNothingIsForgotten()
    {
        await using var engine = _fixture.Open();
        Assert.Null(engine.Founding);
        Assert.False(engine.ForgotFounding);
        Directory.CreateDirectory(_fixture.File("damaged-1"));
        File.WriteAllText(_fixture.File("damaged-1", "damage"), "before");
        Assert.True(engine.ForgotFounding);

        engine.WriteFounding(Records.Founding(engine.Identity.Incarnation));

        Assert.False(engine.ForgotFounding);
    }

    private static int CountCommits(StorageEngine engine)
    {
        var commits = 0;
        engine.Observer().BeforeCall = call => commits += call == SqliteCall.Commit ? 1 : 0;
        Assert.True(engine.Checkpoint());
        return commits;
    }

    private long Pragma(string name)
    {
        using var connection = new SqliteConnection($"Data Source={_fixture.File("entries.sqlite")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return (long)command.ExecuteScalar()!;
    }
}
