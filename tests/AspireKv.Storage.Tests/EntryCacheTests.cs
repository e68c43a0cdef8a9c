using AspireKv.Storage.Memtables;

namespace AspireKv.Storage.Tests;

/// <summary>What the cache of one partition keeps: two generations of two of these entries each.</summary>
public sealed class EntryCacheTests
{
    private const int EntryBytes = 250;
    private const int CacheBytes = 4 * EntryBytes;

    private readonly EntryCache _cache = new(new LargeEntries(10 * CacheBytes));

    [Fact]
    public void TryGet_OfWhatIsUsed_OutlivesItsGeneration()
    {
        Set("a", "b", "c");
        Assert.True(Has("a"));

        Set("d");

        Assert.True(Has("a"));
        Assert.True(Has("a"));
        Assert.True(Has("c"));
        Assert.False(Has("b"));
    }

    [Fact]
    public void Set_OfAKeyThatIsThere_TakesNoMoreRoom()
    {
        Set("a", "a", "b", "c", "d");

        Assert.True(Has("a"));
    }

    [Fact]
    public void Remove_OfAnEntry_GivesItsRoomBack()
    {
        Set("a", "b");
        _cache.Remove(Records.Key("b"));
        Assert.False(Has("b"));

        Set("b", "c", "d");

        Assert.True(Has("a"));
    }

    [Fact]
    public void Remove_OfAnEntryOfTheOldGeneration_RemovesIt()
    {
        Set("a", "b", "c");

        _cache.Remove(Records.Key("a"));

        Assert.False(Has("a"));
    }

    [Fact]
    public void Clear_LeavesNothing()
    {
        Set("a", "b", "c");
        Set("large", CacheBytes);
        Assert.True(Has("large"));

        _cache.Clear();

        Assert.All(new[] { "a", "b", "c", "large" }, key => Assert.False(Has(key)));

        // All of the room is to be had again.
        Set("d", "e", "f", "g");
        Assert.True(Has("d"));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Set_OfHalfOfTheCacheAndMore_IsNotThisCachesMatter(int more, bool isKept)
    {
        var cache = new EntryCache(new LargeEntries(0));

        cache.Set(Records.Key("a"), Records.Value(1, ValueOf("a", (CacheBytes / 2) + more)), CacheBytes);

        Assert.Equal(isKept, cache.TryGet(Records.Key("a"), CacheBytes, out _));
    }

    private void Set(params string[] keys) => Array.ForEach(keys, key => Set(key, EntryBytes));

    private void Set(string key, int bytes) => _cache.Set(Records.Key(key), Records.Value(1, ValueOf(key, bytes)), CacheBytes);

    /// <summary>A value with which the entry counts as so many bytes: 240 for the slot, and those of the key.</summary>
    private static string ValueOf(string key, int bytes) => new('x', bytes - 240 - Records.Key(key).Length);

    private bool Has(string key) => _cache.TryGet(Records.Key(key), CacheBytes, out _);
}
