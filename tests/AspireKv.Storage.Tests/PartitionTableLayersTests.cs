using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Memtables;

namespace AspireKv.Storage.Tests;

/// <summary>What a partition's memory says where a memtable lies over a frozen one, over a cache, over SQLite.</summary>
public sealed class PartitionTableLayersTests
{
    private const long CacheBytes = 10_000;

    private readonly PartitionTable _table = new(new LargeEntries(0)) { HasRows = true };

    [Fact]
    public void Apply_SaysByHowMuchTheMemtableGrew()
    {
        var slot = 240 + Records.Key("a").Length;

        Assert.Equal(slot + 3, Apply(Records.Put(0, "a", 1, "abc")));
        Assert.Equal(slot + 1, Apply(Records.Put(0, "b", 2, "b")));
        Assert.Equal(-2, Apply(Records.Put(0, "a", 3, "a")));
        Assert.Equal(slot, Apply(Records.Purge(0, "c", 1)));
        Assert.Equal(0, Apply(Records.Purge(0, "c", 1)));
    }

    [Fact]
    public void Find_WhereSqliteHoldsNoRow_KnowsEveryKey()
    {
        _table.HasRows = false;
        Apply(Records.Put(0, "a", 1, "x"));

        Assert.Equal((true, Records.Value(1, "x")), Find("a"));
        Assert.Equal((true, null), Find("b"));
    }

    [Fact]
    public void Find_OfWhatSqliteSaidOrTook_NeedsNoFurtherRead()
    {
        var lookup = _table.Find(Records.Key("a"), CacheBytes);
        Assert.True(_table.TryResolve(Records.Key("a"), Records.Value(1, "x"), lookup.Version, CacheBytes, out _));
        Apply(Records.Put(0, "b", 2, "y"));
        Checkpoint();

        Assert.Equal((true, Records.Value(1, "x")), Find("a"));
        Assert.Equal((true, Records.Value(2, "y")), Find("b"));
    }

    [Fact]
    public void Find_AfterAPurgeMovedToSqlite_AsksItAgain()
    {
        var lookup = _table.Find(Records.Key("a"), CacheBytes);
        Assert.True(_table.TryResolve(Records.Key("a"), Records.Delete(0, "a", 5).Entry, lookup.Version, CacheBytes, out _));
        Apply(Records.Purge(0, "a", 5));
        Checkpoint();

        Assert.Equal((false, null), Find("a"));
    }

    [Fact]
    public void Find_AfterAnEmptying_KnowsThatThereIsNothing()
    {
        var lookup = _table.Find(Records.Key("a"), CacheBytes);
        Assert.True(_table.TryResolve(Records.Key("a"), Records.Value(1, "x"), lookup.Version, CacheBytes, out _));
        Apply(Records.Empty(0, 2));
        Assert.Equal((true, null), Find("a"));
        Assert.Equal((true, null), Find("b"));

        Assert.NotNull(_table.Freeze());
        Assert.Equal((true, null), Find("a"));
        _table.Release(CacheBytes);

        Assert.Equal((false, null), Find("a"));
    }

    [Fact]
    public void TryResolve_AfterAnEmptyingAndACheckpoint_IsRefused()
    {
        var before = _table.Find(Records.Key("a"), CacheBytes);
        Apply(Records.Empty(0, 2));
        Checkpoint();

        Assert.False(_table.TryResolve(Records.Key("a"), Records.Value(1, "x"), before.Version, CacheBytes, out _));
    }

    [Fact]
    public void Freeze_OfNoChange_IsNone()
    {
        Assert.Null(_table.Freeze());
        Apply(Records.Put(0, "a", 1, "x"));
        Assert.NotNull(_table.Freeze());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Purge_TakesTheEntryOfItsStampAlone(bool isFrozen)
    {
        Apply(Records.Delete(0, "a", 5));
        Apply(Records.Put(0, "b", 6, "x"));
        Apply(Records.Purge(0, "a", 5));
        Apply(Records.Purge(0, "b", 5));
        if (isFrozen)
        {
            Assert.NotNull(_table.Freeze());
        }

        Assert.Equal((true, null), Find("a"));
        Assert.Equal((true, Records.Value(6, "x")), Find("b"));
    }

    [Fact]
    public void Purges_OfWhatMemoryDoesNotKnow_HideEachOfTheirStamps()
    {
        Apply(Records.Purge(0, "a", 5));
        Apply(Records.Purge(0, "a", 6));
        var lookup = _table.Find(Records.Key("a"), CacheBytes);

        Assert.False(lookup.IsKnown);
        Assert.Null(lookup.Over(Records.Delete(0, "a", 5).Entry).Entry);
        Assert.Null(lookup.Over(Records.Delete(0, "a", 6).Entry).Entry);
        Assert.NotNull(lookup.Over(Records.Delete(0, "a", 7).Entry).Entry);
    }

    [Fact]
    public void View_IsWhatBothMemtablesHoldEntriesOf()
    {
        Apply(Records.Put(0, "b", 1, "x"));
        Apply(Records.Put(0, "d", 2, "x"));
        Assert.NotNull(_table.Freeze());
        Apply(Records.Put(0, "c", 3, "x"));
        Apply(Records.Purge(0, "e", 4));

        Assert.Equal([Records.Key("b"), Records.Key("c"), Records.Key("d")], List(default, hidesSqlite: false));
        Assert.Equal([Records.Key("c"), Records.Key("d")], List(Records.Key("b"), hidesSqlite: false));

        Apply(Records.Empty(0, 2));
        Assert.Empty(List(default, hidesSqlite: true));
    }

    [Fact]
    public void View_WhereSqliteHoldsNoRow_HidesIt()
    {
        _table.HasRows = false;
        Apply(Records.Put(0, "a", 1, "x"));

        Assert.Equal([Records.Key("a")], List(default, hidesSqlite: true));
    }

    [Fact]
    public void View_OfSomeBuckets_HoldsTheirKeysAlone()
    {
        Apply(Records.Put(0, "a", 1, "x"));
        Apply(Records.Put(0, "b", 2, "x"));
        Assert.NotNull(_table.Freeze());
        Apply(Records.Put(0, "c", 3, "x"));
        var buckets = default(BucketSet).With(BucketSet.BucketOf(Records.Key("b"))).With(BucketSet.BucketOf(Records.Key("c")));

        var keys = _table.View(default, buckets).Entries.Select(entry => entry.Key).Order();

        Assert.Equal(new[] { "b", "c" }.Select(Records.Key), keys);
    }

    /// <summary>The row of a key below both memtables is hidden exactly where a reader of the key would not be given it.</summary>
    [Theory]
    [InlineData("", false)]
    [InlineData("put 2", true)]
    [InlineData("put 2; freeze", true)]
    [InlineData("delete 2; purge 2", true)]
    [InlineData("delete 2; freeze; purge 2", true)]
    [InlineData("delete 2; freeze; purge 3", true)]
    [InlineData("purge 1", true)]
    [InlineData("purge 2", false)]
    [InlineData("purge 1; freeze", true)]
    [InlineData("purge 2; freeze; purge 3", false)]
    [InlineData("purge 1; freeze; purge 3", true)]
    [InlineData("purge 2; freeze; purge 1", true)]
    [InlineData("purge 1; freeze; put 3", true)]
    [InlineData("empty; freeze; purge 3", true)]
    [InlineData("empty", true)]
    public void View_HidesTheRowThatNoReaderIsGiven(string steps, bool isHidden)
    {
        foreach (var step in steps.Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            var sequence = step[^1] - '0';
            switch (step.Split(' ')[0])
            {
                case "put":
                    Apply(Records.Put(0, "a", sequence, "x"));
                    break;
                case "delete":
                    Apply(Records.Delete(0, "a", sequence));
                    break;
                case "purge":
                    Apply(Records.Purge(0, "a", sequence));
                    break;
                case "empty":
                    Apply(Records.Empty(0, 2));
                    break;
                default:
                    Assert.NotNull(_table.Freeze());
                    break;
            }
        }

        var row = Records.Value(1, "row");
        var lookup = _table.Find(Records.Key("a"), CacheBytes);
        var view = _table.View(default, BucketSet.All);

        Assert.Equal(isHidden, view.Hides(Records.Key("a"), row.Stamp));
        var given = lookup.IsKnown ? lookup.Entry : lookup.Over(row).Entry;
        var held = view.Entries.Select(entry => entry.Entry).SingleOrDefault();
        Assert.Equal(given, held ?? (isHidden ? null : row));
    }

    [Fact]
    public void IsCurrent_UntilMemoryLiesOverSqliteAnew()
    {
        Apply(Records.Put(0, "a", 1, "x"));
        var view = _table.View(default, BucketSet.All);
        Apply(Records.Put(0, "b", 2, "x"));
        Assert.True(_table.IsCurrent(view));

        Assert.NotNull(_table.Freeze());
        Assert.False(_table.IsCurrent(view));
        view = _table.View(default, BucketSet.All);
        Assert.True(_table.IsCurrent(view));

        _table.Release(CacheBytes);
        Assert.False(_table.IsCurrent(view));
        view = _table.View(default, BucketSet.All);
        Assert.True(_table.IsCurrent(view));

        Apply(Records.Empty(0, 2));
        Assert.False(_table.IsCurrent(view));
    }

    [Fact]
    public void FindTombstones_IsThoseThatNothingHides()
    {
        Apply(Records.Delete(0, "purged", 1));
        Apply(Records.Delete(0, "overwritten", 2));
        Apply(Records.Delete(0, "old", 3));
        Assert.NotNull(_table.Freeze());
        Apply(Records.Purge(0, "purged", 1));
        Apply(Records.Put(0, "overwritten", 4, "x"));
        Apply(Records.Delete(0, "new", 5));

        var found = _table.FindTombstones();

        Assert.Equal([(Records.Key("new"), Records.Stamp(5)), (Records.Key("old"), Records.Stamp(3))], found.Tombstones);
        Assert.False(found.HidesSqlite);
        Assert.Equal(1, found.Purged);
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void FindTombstones_OverAnEmptyingOrWithoutRows_HidesSqlite(bool isActiveEmptied, bool isFrozenEmptied, bool hasNoRows)
    {
        _table.HasRows = !hasNoRows;
        Apply(isFrozenEmptied ? Records.Empty(0, 2) : Records.Delete(0, "a", 1));
        Assert.NotNull(_table.Freeze());
        Apply(isActiveEmptied ? Records.Empty(0, 3) : Records.Delete(0, "b", 2));

        var found = _table.FindTombstones();

        Assert.True(found.HidesSqlite);
        Assert.Equal((isActiveEmptied ? 0 : 1) + (isActiveEmptied || isFrozenEmptied ? 0 : 1), found.Tombstones.Count);
    }

    private long Apply(ReplicaRecord record)
    {
        lock (_table.Gate)
        {
            return _table.Apply(record);
        }
    }

    private void Checkpoint()
    {
        Assert.NotNull(_table.Freeze());
        _table.Release(CacheBytes);
    }

    private (bool IsKnown, Cluster.Versioning.Entry? Entry) Find(string key)
    {
        var lookup = _table.Find(Records.Key(key), CacheBytes);
        return (lookup.IsKnown, lookup.Entry);
    }

    private IEnumerable<StoreKey> List(StoreKey after, bool hidesSqlite)
    {
        var view = _table.View(after, BucketSet.All);
        Assert.Equal(hidesSqlite, view.HidesSqlite);
        return view.Entries.Select(entry => entry.Key).Order();
    }
}
