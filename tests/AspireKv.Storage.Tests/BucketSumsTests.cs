using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Observers;
using AspireKv.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>What a replica says of its buckets, beside checkpoints, after damage, and a page at a time.</summary>
public sealed class BucketSumsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StorageFixture _fixture = new();

    /// <summary>The buckets are on disks and on the wire: a key in another one than before would be damage to the next version.</summary>
    [Theory]
    [InlineData("a", 178)]
    [InlineData("key7", 20)]
    [InlineData("{tag}a", 58)]
    public void BucketOf_IsFixedForEver(string text, int bucket)
    {
        var key = Records.Key(text);

        Assert.Equal(bucket, BucketSet.BucketOf(key));
        Assert.Equal(bucket, BucketSet.BucketOf(key.Bytes));
    }

    /// <summary>
    /// While SQLite is about to be read, a checkpoint takes what was placed since the look at memory, and commits it. What SQLite holds
    /// then lies under another memory than the one that was looked at.
    /// </summary>
    [Fact]
    public async Task SumBuckets_WhileACheckpointFreezesAndCommits_IsOfOneMoment()
    {
        using var isCommitted = new ManualResetEventSlim();
        using var mayRelease = new ManualResetEventSlim();
        await using var engine = _fixture.Open();
        var twin = new Twin();
        Append(Records.Put(0, "stored", 1, "x"));
        Assert.True(engine.Checkpoint());
        Append(Records.Put(0, "placed", 2, "x"));
        var before = twin.Sums(0);
        Task<bool>? checkpoint = null;
        engine.Observer().OnStep = () =>
        {
            isCommitted.Set();
            mayRelease.Wait();
        };
        engine.Observer().BeforeCall = call =>
        {
            if (call == SqliteCall.Read && checkpoint is null)
            {
                Append(Records.Put(0, "placed", 3, "again"));
                Append(Records.Put(0, "new", 4, "x"));
                checkpoint = Task.Run(engine.Checkpoint);
                Assert.True(isCommitted.Wait(Patience), "the checkpoint did not commit");
            }
        };

        BucketSums sums;
        try
        {
            sums = engine.SumBuckets(0);
        }
        finally
        {
            mayRelease.Set();
        }

        Assert.True(await checkpoint!.WaitAsync(Patience));
        Records.AssertSame(sums.Counts.ToArray().Sum() == 2 ? before : twin.Sums(0), sums);

        void Append(ReplicaRecord record)
        {
            engine.Append(record);
            twin.Apply(record);
        }
    }

    /// <summary>One record after the other: what is summed is the sum of the first so many of them, and of no others.</summary>
    [Fact]
    public async Task SumBuckets_BesideAWriterAndCheckpoints_IsOfOneMoment()
    {
        const int Writes = 20_000;
        const int Keys = 700;
        _fixture.Options.Checkpoints.MemtableBytes = 32 * 1024;
        await using var engine = _fixture.Open();
        var records = Enumerable.Range(1, Writes).Select(i => (ReplicaRecord)(
            i % 7 == 0 ? Records.Delete(0, $"key{i % Keys}", i)
            : i % 11 == 0 ? Records.Purge(0, $"key{(i - 4) % Keys}", i - 4)
            : Records.Put(0, $"key{i % Keys}", i, $"value {i}"))).ToArray();
        var placed = 0;
        var summed = new List<(int From, int To, BucketSums Sums)>();

        var writer = Task.Run(() =>
        {
            foreach (var record in records)
            {
                engine.Append(record);
                Volatile.Write(ref placed, placed + 1);
            }
        });
        while (!writer.IsCompleted)
        {
            var from = Volatile.Read(ref placed);
            var sums = engine.SumBuckets(0);
            summed.Add((from, Volatile.Read(ref placed), sums));
        }

        await writer;
        Assert.Null(engine.Failure);
        Assert.InRange(summed.Count, 2, int.MaxValue);
        AssertEachIsOfOneMoment(records, summed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(100)]
    public async Task EstimateSize_OfEntriesThatAreAlike_IsTheirNumberAndAboutTheirBytes(int inMemory)
    {
        await using var engine = _fixture.Open();
        for (var i = 0; i < 100; i++)
        {
            if (i == 100 - inMemory)
            {
                Assert.True(engine.Checkpoint());
            }

            engine.Append(Records.Put(0, $"key{i:00}", i + 1, new string('x', 1000)));
        }

        Assert.True(inMemory > 0 || engine.Checkpoint());
        engine.Append(Records.Put(0, "key00", 1_000, new string('y', 1000)));
        engine.Append(Records.Put(1, "another", 1, "x"));

        var size = engine.EstimateSize(0);

        Assert.Equal(100, size.Entries);
        Assert.InRange(size.Bytes, 100 * 1000, 100 * 1100);
        Assert.Equal(default, engine.EstimateSize(2));
    }

    /// <summary>A page looks at a bounded number of rows, so one for rare keys may have none of them and still goes on.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ListKeys_OfARareBucket_GoesOnPageByPage(bool isLastInMemory)
    {
        const int Keys = 1_000;
        const int LooksPerListedKey = 16;
        await using var engine = _fixture.Open();
        for (var i = 0; i < Keys; i++)
        {
            engine.Append(Records.Put(0, $"key{i:000}", i + 1, "x"));
        }

        Assert.True(engine.Checkpoint());
        if (isLastInMemory)
        {
            engine.Append(Records.Put(0, "key999", 5_000, "y"));
        }

        var buckets = default(BucketSet).With(BucketSet.BucketOf(Records.Key("key999")));
        var expected = Enumerable.Range(0, Keys).Where(i => buckets.Contains(Records.Key($"key{i:000}")))
            .Select(i => new ListedKey(Records.Key($"key{i:000}"), Records.Stamp(isLastInMemory && i == 999 ? 5_000 : i + 1)));
        var (listed, pages, empty) = (new List<ListedKey>(), 0, 0);
        KeyPage page;
        var upTo = default(StoreKey);
        do
        {
            page = engine.ListKeys(0, upTo, buckets, max: 1);
            Assert.True(page.IsLast || page.UpTo > upTo);
            listed.AddRange(page.Keys);
            empty += page.Keys.Count == 0 ? 1 : 0;
            upTo = page.UpTo;
            pages++;
        }
        while (!page.IsLast);

        Assert.Equal(expected, listed);
        Assert.InRange(empty, 1, pages);
        Assert.InRange(pages, Keys / LooksPerListedKey, (Keys / LooksPerListedKey) + listed.Count + 1);
    }

    [Theory]
    [InlineData("UPDATE digests SET buckets = x'00' WHERE partition = 0")]
    [InlineData("UPDATE digests SET checksum = checksum + 1 WHERE partition = 0")]
    [InlineData("DELETE FROM digests WHERE partition = 0")]
    [InlineData("UPDATE entries SET checksum = checksum + 1 WHERE partition = 0")]
    public async Task SumBuckets_OfADigestThatIsNotWhatItWas_IsDamage(string change)
    {
        await using var engine = Stored();
        engine.Append(Records.Put(0, "a", 2, "y"));
        Sql(change);

        Assert.Throws<StorageDamagedException>(() => engine.SumBuckets(0));

        Assert.IsType<StorageDamagedException>(engine.Failure);
    }

    /// <summary>The next transaction would otherwise write harmed sums anew, under a checksum that fits them.</summary>
    [Theory]
    [InlineData("UPDATE digests SET buckets = x'00' WHERE partition = 0")]
    [InlineData("DELETE FROM digests WHERE partition = 0")]
    [InlineData("UPDATE entries SET checksum = checksum + 1 WHERE partition = 0")]
    public async Task Checkpoint_OverADigestThatIsNotWhatItWas_IsDamage(string change)
    {
        await using var engine = Stored();
        engine.Append(Records.Delete(0, "a", 2));
        Assert.True(engine.Checkpoint());
        engine.Append(Records.Purge(0, "a", 2));
        Sql(change);

        Assert.False(engine.Checkpoint());

        Assert.IsType<StorageDamagedException>(engine.Failure);
        Assert.True(engine.MayBeginAnew);
    }

    /// <summary>A row that fits its checksum was written like that, by another program, and so were those of the other replicas.</summary>
    [Fact]
    public async Task SumBuckets_OfAWholeDigestThatCannotBeRead_FailsAndIsNoDamage()
    {
        await using var engine = Stored();
        var checksum = RowChecksum.OfDigest(0, 1, 2, [0xEE]);
        Sql(FormattableString.Invariant($"UPDATE digests SET row_count = 1, digest = 2, buckets = x'EE', checksum = {checksum}"));

        Assert.Throws<StorageUnavailableException>(() => engine.SumBuckets(0));

        Assert.NotNull(engine.Failure);
        Assert.IsNotType<StorageDamagedException>(engine.Failure);
    }

    /// <summary>In one page of SQLite with its row, so that a transaction writes no more pages than it has partitions.</summary>
    [Fact]
    public async Task Digest_OfFullBuckets_IsOfAFewThousandBytes()
    {
        await using var engine = _fixture.Open();
        for (var i = 0; i < 5_000; i++)
        {
            engine.Append(Records.Put(0, $"key{i}", i + 1, "x"));
        }

        Assert.True(engine.Checkpoint());

        Assert.InRange((long)Sql("SELECT length(buckets) FROM digests WHERE partition = 0")!, 256 * 9, 3_000);
    }

    public void Dispose() => _fixture.Dispose();

    /// <summary>Each of the sums is that of the first so many records, as many as were placed between the call and its return.</summary>
    private static void AssertEachIsOfOneMoment(ReplicaRecord[] records, List<(int From, int To, BucketSums Sums)> summed)
    {
        var twin = new Twin();
        var sums = new BucketSums();
        var open = new List<(int From, int To, BucketSums Sums)>();
        var next = 0;
        for (var placed = 0; placed <= records.Length; placed++)
        {
            if (placed > 0)
            {
                Change(records[placed - 1]);
            }

            for (; next < summed.Count && summed[next].From <= placed; next++)
            {
                open.Add(summed[next]);
            }

            open.RemoveAll(sum => sum.Sums.DifferencesFrom(sums).IsEmpty);

            // One record may be placed before the writer says so.
            Assert.All(open, sum => Assert.True(placed <= sum.To, $"sums taken at records {sum.From} to {sum.To} are of no moment"));
        }

        Assert.Equal(summed.Count, next);
        Assert.Empty(open);

        void Change(ReplicaRecord record)
        {
            var key = record is EntryAccepted accepted ? accepted.Key : ((TombstonePurged)record).Key;
            if (twin.Find(0, key) is { } before)
            {
                sums.Remove(key, Records.Checksum(0, key, before));
            }

            twin.Apply(record);
            if (twin.Find(0, key) is { } after)
            {
                sums.Add(key, Records.Checksum(0, key, after));
            }
        }
    }

    /// <summary>One entry, in SQLite.</summary>
    private StorageEngine Stored()
    {
        var engine = _fixture.Open();
        engine.Append(Records.Put(0, "a", 1, "x"));
        Assert.True(engine.Checkpoint());
        return engine;
    }

    private object? Sql(string text)
    {
        using var connection = new SqliteConnection($"Data Source={_fixture.File("entries.sqlite")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }
}
