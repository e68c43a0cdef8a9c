using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Observers;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>A partition that was emptied has nothing of what it held, however much that was.</summary>
public sealed class EmptiedPartitionTests : IDisposable
{
    /// <summary>More than two transactions of a checkpoint.</summary>
    private const int Keys = 2_500;

    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Checkpoint_OfAPartitionThatWasEmptied_LeavesNoRowOfIt(bool isRebuild)
    {
        await using (var engine = _fixture.Open())
        {
            for (var i = 0; i < Keys; i++)
            {
                engine.Append(Records.Put(0, $"key{i}", i + 1, "x"));
                engine.Append(Records.Put(1, $"key{i}", i + 1, "x"));
            }

            Assert.True(engine.Checkpoint());
            engine.Append(isRebuild ? new RebuildBegun(0, Records.Stamp(1, round: 9)) : Records.Empty(0, 2));
            engine.Append(Records.Put(0, "key7", 9_000, "after"));
            Assert.True(engine.Checkpoint());

            AssertOnlyTheLast(engine);
            Assert.True(engine.Scrub(static _ => true));
        }

        Assert.Equal((1, Keys), (CountRows(0), CountRows(1)));
        await using var reopened = _fixture.Open();
        AssertOnlyTheLast(reopened);
    }

    /// <summary>Its rows go part by part, as any others come: each part is a transaction, and what is above is the last one.</summary>
    [Fact]
    public async Task Checkpoint_OfAPartitionThatWasEmptied_CommitsPartByPart()
    {
        await using var engine = _fixture.Open();
        for (var i = 0; i < Keys; i++)
        {
            engine.Append(Records.Put(0, $"key{i}", i + 1, "x"));
        }

        Assert.True(engine.Checkpoint());
        engine.Append(Records.Empty(0, 2));
        var commits = 0;
        engine.Observer().BeforeCall = call => commits += call == SqliteCall.Commit ? 1 : 0;

        Assert.True(engine.Checkpoint());

        Assert.Equal(4, commits);
    }

    private static void AssertOnlyTheLast(StorageEngine engine)
    {
        Assert.Equal([Records.Key("key7")], engine.ListKeys(0, default, BucketSet.All, Keys).Keys.Select(listed => listed.Key));
        Assert.Equal(1, engine.SumBuckets(0).Counts.ToArray().Sum());
        Assert.Equal(Keys, engine.SumBuckets(1).Counts.ToArray().Sum());
        for (var i = 0; i < Keys; i++)
        {
            Assert.Equal(i == 7 ? Records.Value(9_000, "after") : null, engine.Find(0, Records.Key($"key{i}")));
        }

        Assert.NotNull(engine.Find(1, Records.Key("key8")));
    }

    private int CountRows(int partition)
    {
        using var connection = new SqliteConnection($"Data Source={_fixture.File("entries.sqlite")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM entries WHERE partition = $partition";
        command.Parameters.AddWithValue("$partition", partition);
        return (int)(long)command.ExecuteScalar()!;
    }
}
