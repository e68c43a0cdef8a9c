using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;
using CsCheck;

namespace AspireKv.Storage.Tests;

/// <summary>Any sequence of records, checkpoints with records meanwhile, and restarts against a dictionary.</summary>
public sealed class ModelTests
{
    private const int CacheBytes = 4096;
    private static readonly Gen<string> Key = Gen.Int[0, 5].Select(i => $"key{i}");
    private static readonly Gen<int> Partition = Gen.Int[0, 1];

    /// <summary>Small values and large ones, as a cache of <see cref="CacheBytes"/> tells them apart; some are too large for it.</summary>
    private static readonly Gen<ReplicaRecord> AnyRecord = Gen.Frequency(
        (8, Gen.Select(Partition, Key, Gen.Long[1, 9], Gen.Int[0, 900], (partition, key, sequence, length) =>
            (ReplicaRecord)Records.Put(partition, key, sequence, new string('v', length)))),
        (3, Gen.Select(Partition, Key, Gen.Long[1, 9], (partition, key, sequence) =>
            (ReplicaRecord)Records.Delete(partition, key, sequence))),
        (4, Gen.Select(Partition, Key, Gen.Long[1, 9], (partition, key, sequence) =>
            (ReplicaRecord)Records.Purge(partition, key, sequence))),
        (1, Gen.Select(Partition, Gen.Long[1, 9], (partition, since) => (ReplicaRecord)Records.Empty(partition, since))),
        (1, Gen.Select(Partition, Gen.Long[1, 9], (partition, sequence) =>
            (ReplicaRecord)new RebuildBegun(partition, Records.Stamp(sequence)))),
        (1, Gen.Select(Partition, Gen.Long[1, 9], (partition, round) =>
            (ReplicaRecord)new BallotPromised(partition, new Ballot(round, new(1))))));

    /// <summary>Those of some of the keys, and some that are of none.</summary>
    private static readonly Gen<BucketSet> SomeBuckets = Gen.OneOf(Key.Select(key => BucketSet.BucketOf(Records.Key(key))), Gen.Int[0, 255])
        .Array[0, 4].Select(buckets => buckets.Aggregate(default(BucketSet), (set, bucket) => set.With(bucket)));

    /// <summary>A record of a checkpoint is placed while the checkpoint is under way: between its freeze and its release.</summary>
    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Frequency(
            (18, AnyRecord.Select(record => new Step([record], ""))),
            (2, AnyRecord.Array[0, 4].Select(records => new Step(records, "checkpoint"))),
            (1, Gen.Const(new Step([], "restart")))),
        Gen.OneOf(Gen.Const(BucketSet.All), SomeBuckets),
        (step, listed) => step with { Listed = listed });

    [Fact]
    public void Engine_AnySteps_HoldsWhatADictionaryWould() => AnyStep.Array[1, 60].Sample(
        steps =>
        {
            using var fixture = new StorageFixture();
            fixture.Options.Cache.MaxBytes = CacheBytes;
            fixture.Files = new FaultFileSystem(fixture.Files);
            var twin = new Twin();
            var engine = fixture.Open();
            try
            {
                foreach (var step in steps)
                {
                    if (step.What == "checkpoint")
                    {
                        Assert.True(CheckpointDuring(engine, () =>
                        {
                            Apply(step.Records, engine, twin);
                            AssertKeys(twin, engine, step.Listed);
                            AssertSums(twin, engine);
                        }));
                    }
                    else if (step.What == "restart")
                    {
                        Close(engine);
                        engine = fixture.Open();
                    }
                    else
                    {
                        Apply(step.Records, engine, twin);
                    }

                    Assert.Equal(twin.ToString(), Twin.Of(engine));
                    AssertTombstones(twin, engine);
                    AssertKeys(twin, engine, step.Listed);
                    AssertSums(twin, engine);
                }

                Assert.True(engine.Scrub(static _ => true));
            }
            finally
            {
                Close(engine);
            }
        },
        iter: 40,
        threads: 1);

    [Fact]
    public async Task Engine_PartitionsWrittenAtOnceDuringCheckpoints_KeepsEveryLastWrite()
    {
        using var fixture = new StorageFixture();
        fixture.Options.Checkpoints.MemtableBytes = 64 * 1024;
        fixture.Options.Cache.MaxBytes = 32 * 1024;
        var engine = fixture.Open();
        var writers = Enumerable.Range(0, 8).Select(partition => Task.Run(() =>
        {
            for (var i = 1; i <= 2000; i++)
            {
                engine.Append(Records.Put(partition, $"key{i % 50}", i, $"value {i}"));
                var earlier = Math.Max(1, i - 40);
                Assert.Equal(Records.Value(earlier, $"value {earlier}"), engine.Find(partition, Records.Key($"key{earlier % 50}")));
            }
        }));
        await Task.WhenAll(writers);
        await engine.DisposeAsync();
        Assert.Null(engine.Failure);

        await using var reopened = fixture.Open();

        for (var i = 1951; i <= 2000; i++)
        {
            Assert.All(
                Enumerable.Range(0, 8),
                partition => Assert.Equal(Records.Value(i, $"value {i}"), reopened.Find(partition, Records.Key($"key{i % 50}"))));
        }
    }

    [Fact]
    public async Task CheckRoom_WhenTheMemtableIsFull_RefusesUntilACheckpoint()
    {
        using var fixture = new StorageFixture();
        fixture.Options.Checkpoints.MemtableBytes = long.MaxValue;
        fixture.Options.Checkpoints.MemtableLimitBytes = 1024 * 1024;
        await using var engine = fixture.Open();
        var value = new string('x', 100_000);
        var appended = 0;

        for (; engine.CheckRoom(Records.Value(1, "x")) == NotAppliedReason.None && appended < 20; appended++)
        {
            engine.Append(Records.Put(0, $"key{appended}", appended + 1, value));
        }

        Assert.InRange(appended, 10, 12);
        Assert.True(engine.Checkpoint());
        Assert.Equal(NotAppliedReason.None, engine.CheckRoom(Records.Value(1, "x")));
    }

    [Theory]
    [InlineData("memtable")]
    [InlineData("log")]
    [InlineData("time")]
    public async Task Checkpoint_WhenMemtableLogOrTimeSay_RunsByItself(string trigger)
    {
        const int Checkpointed = 2007;
        using var checkpointed = new EventWaiter(Checkpointed);
        using var fixture = new StorageFixture { Logger = checkpointed };
        fixture.Options.Checkpoints.MemtableBytes = trigger == "memtable" ? 100_000 : long.MaxValue;
        fixture.Options.Checkpoints.WalBytes = trigger == "log" ? 100_000 : long.MaxValue;
        fixture.Options.Checkpoints.Interval = trigger == "time" ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromDays(1);
        await using var engine = fixture.Open();

        // The WAL grows by what is overwritten too; the memtable does not.
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 12; i++)
            {
                engine.Append(Records.Put(0, trigger == "memtable" ? $"key{i}" : "key", i + 1, new string('x', 10_000)));
            }

            checkpointed.Wait();
        }

        Assert.Null(engine.Failure);
    }

    private static void Apply(IEnumerable<ReplicaRecord> records, StorageEngine engine, Twin twin)
    {
        foreach (var record in records)
        {
            engine.Append(record);
            twin.Apply(record);
        }
    }

    /// <summary>Runs a checkpoint, and the action once SQLite has what was frozen and memory still has it too.</summary>
    private static bool CheckpointDuring(StorageEngine engine, Action action)
    {
        var observer = engine.Observer();
        observer.OnStep = () =>
        {
            observer.OnStep = null;
            action();
        };
        var isDone = engine.Checkpoint();
        observer.OnStep = null;
        return isDone;
    }

    /// <summary>Every key of the buckets that has an entry is listed with its stamp, in pages, in order and once.</summary>
    private static void AssertKeys(Twin twin, StorageEngine engine, BucketSet buckets)
    {
        for (var partition = 0; partition < 2; partition++)
        {
            var listed = new List<ListedKey>();
            var upTo = default(StoreKey);
            KeyPage page;
            do
            {
                page = engine.ListKeys(partition, upTo, buckets, max: 2);
                Assert.All(page.Keys, key => Assert.True(page.IsLast || key.Key <= page.UpTo));
                listed.AddRange(page.Keys);
                upTo = page.UpTo;
            }
            while (!page.IsLast);

            Assert.Equal(twin.Keys(partition, buckets), listed);
        }
    }

    private static void AssertSums(Twin twin, StorageEngine engine)
    {
        for (var partition = 0; partition < 2; partition++)
        {
            Records.AssertSame(twin.Sums(partition), engine.SumBuckets(partition));
        }
    }

    private static void AssertTombstones(Twin twin, StorageEngine engine)
    {
        for (var partition = 0; partition < 2; partition++)
        {
            var expected = Enumerable.Range(0, 6)
                .Select(i => Records.Key($"key{i}"))
                .Where(key => twin.Find(partition, key) is { IsTombstone: true })
                .Select(key => $"{key} {twin.Find(partition, key)!.Stamp}");
            var found = engine.FindTombstones(partition, 10).Select(tombstone => $"{tombstone.Key} {tombstone.Stamp}");
            Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        }
    }

    private static void Close(StorageEngine engine) => engine.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private sealed record Step(ReplicaRecord[] Records, string What)
    {
        /// <summary>The buckets of which the keys are listed after the step.</summary>
        public BucketSet Listed { get; init; } = BucketSet.All;
    }
}
