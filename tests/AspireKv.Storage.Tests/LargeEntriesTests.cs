using AspireKv.Storage.Memtables;
using AspireKv.Storage.Observers;

namespace AspireKv.Storage.Tests;

/// <summary>A value that is large for the cache of its partition, and hot, is not read from SQLite each time.</summary>
public sealed class LargeEntriesTests : IDisposable
{
    private const int Partitions = 64;
    private static readonly string Large = new('v', 300_000);

    private readonly StorageFixture _fixture = new();

    public LargeEntriesTests() => _fixture.Options.Cache.MaxBytes = 4 * 1024 * 1024;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Find_AHotLargeValue_ReadsSqliteOnce()
    {
        await using (var filled = _fixture.Open())
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                filled.Append(Records.Put(partition, "small", 1, "x"));
            }

            filled.Append(Records.Put(0, "large", 2, Large));
            Assert.True(filled.Checkpoint());
        }

        await using var engine = _fixture.Open();
        var reads = 0;
        engine.Observer().BeforeCall = call => reads += call == SqliteCall.Read ? 1 : 0;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(Records.Value(2, Large), engine.Find(0, Records.Key("large")));
        }

        Assert.Equal(1, reads);
        engine.Append(Records.Put(0, "large", 3, Large + "x"));
        Assert.True(engine.Checkpoint());
        Assert.Equal(Records.Value(3, Large + "x"), engine.Find(0, Records.Key("large")));
        Assert.Equal(1, reads);
    }

    /// <summary>The cache of a partition has one entry of a key at most, wherever it is.</summary>
    [Fact]
    public void Set_OfAKeyThatHadALargeEntry_TakesItsPlace()
    {
        const int CacheBytes = 1_000;
        var large = new LargeEntries(2_000);
        var cache = new EntryCache(large);
        var key = Records.Key("a");
        cache.Set(key, Records.Value(1, new string('x', 1_500)), CacheBytes);
        Assert.True(cache.TryGet(key, CacheBytes, out _));

        cache.Set(key, Records.Value(2, "small"), CacheBytes);
        cache.Remove(key);
        Assert.False(cache.TryGet(key, CacheBytes, out _), "an entry from before is in the cache");

        // Nothing of what was replaced takes room.
        cache.Set(key, Records.Value(3, new string('x', 1_000)), CacheBytes);
        cache.Set(key, Records.Value(4, new string('x', 1_000)), CacheBytes);
        cache.Remove(key);
        cache.Set(Records.Key("b"), Records.Value(5, new string('x', 700)), CacheBytes);
        cache.Set(Records.Key("c"), Records.Value(6, new string('x', 700)), CacheBytes);
        Assert.True(cache.TryGet(Records.Key("b"), CacheBytes, out _));
        Assert.True(cache.TryGet(Records.Key("c"), CacheBytes, out _));
        Assert.False(cache.TryGet(key, CacheBytes, out _));
    }

    [Fact]
    public void Set_BeyondTheBoundAgainAndAgain_KeepsToIt()
    {
        var large = new LargeEntries(100);
        var cache = new EntryCache(large);
        string[] keys = ["a", "b", "c", "d", "e"];

        Array.ForEach(keys, key => large.Set(cache, Records.Key(key), Records.Value(1, key), 50));

        Assert.Equal(["d", "e"], keys.Where(key => large.TryGet(cache, Records.Key(key), out _)));
    }

    [Fact]
    public void Set_BeyondTheBound_ForgetsTheOneUsedLongestAgo()
    {
        var large = new LargeEntries(100);
        var (one, two) = (new EntryCache(large), new EntryCache(large));
        large.Set(one, Records.Key("a"), Records.Value(1, "a"), 50);
        large.Set(two, Records.Key("a"), Records.Value(2, "b"), 50);
        Assert.True(large.TryGet(one, Records.Key("a"), out _));

        large.Set(two, Records.Key("c"), Records.Value(3, "c"), 50);
        large.Set(two, Records.Key("d"), Records.Value(4, "d"), 101);

        Assert.False(large.TryGet(two, Records.Key("a"), out _));
        Assert.False(large.TryGet(two, Records.Key("d"), out _));
        Assert.True(large.TryGet(two, Records.Key("c"), out var entry));
        Assert.Equal(Records.Value(3, "c"), entry);
        large.Clear(two);
        Assert.False(large.TryGet(two, Records.Key("c"), out _));
        Assert.True(large.TryGet(one, Records.Key("a"), out _));
        large.Remove(one, Records.Key("a"));
        Assert.False(large.TryGet(one, Records.Key("a"), out _));

        // All of the room is to be had again.
        large.Set(one, Records.Key("a"), Records.Value(5, "e"), 100);
        Assert.True(large.TryGet(one, Records.Key("a"), out _));
    }
}
