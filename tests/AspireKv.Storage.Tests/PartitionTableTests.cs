using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Memtables;

namespace AspireKv.Storage.Tests;

public sealed class PartitionTableTests
{
    private const long CacheBytes = 1024;

    [Fact]
    public void TryResolve_OfWhatWasReadBeforeACheckpointCommitted_IsRefused()
    {
        var table = new PartitionTable(new LargeEntries(0)) { HasRows = true };
        Apply(table, Records.Purge(0, "a", 5));

        Assert.NotNull(table.Freeze());
        var before = table.Find(Records.Key("a"), CacheBytes);
        var tombstone = Records.Delete(0, "a", 5).Entry;

        // SQLite still had the tombstone when it was read; then the checkpoint drops it.
        table.Release(CacheBytes);

        Assert.False(before.IsKnown);
        Assert.False(table.TryResolve(Records.Key("a"), tombstone, before.Version, CacheBytes, out _));
        Assert.False(table.Find(Records.Key("a"), CacheBytes).IsKnown);
    }

    [Fact]
    public void TryResolve_WhileOtherKeysChange_Holds()
    {
        var table = new PartitionTable(new LargeEntries(0)) { HasRows = true };
        var before = table.Find(Records.Key("a"), CacheBytes);
        Apply(table, Records.Put(0, "b", 7, "other"));

        Assert.True(table.TryResolve(Records.Key("a"), Records.Value(5, "x"), before.Version, CacheBytes, out var entry));
        Assert.Equal(Records.Value(5, "x"), entry);
    }

    [Fact]
    public void TryResolve_OfAKeyWrittenMeanwhile_ShowsTheNewEntry()
    {
        var table = new PartitionTable(new LargeEntries(0)) { HasRows = true };
        var before = table.Find(Records.Key("a"), CacheBytes);
        Apply(table, Records.Put(0, "a", 7, "new"));

        Assert.True(table.TryResolve(Records.Key("a"), Records.Value(5, "old"), before.Version, CacheBytes, out var entry));
        Assert.Equal(Records.Value(7, "new"), entry);
    }

    [Fact]
    public void TryResolve_OfAKeyPurgedMeanwhile_ShowsNone()
    {
        var table = new PartitionTable(new LargeEntries(0)) { HasRows = true };
        var before = table.Find(Records.Key("a"), CacheBytes);
        Apply(table, Records.Purge(0, "a", 5));

        Assert.True(table.TryResolve(Records.Key("a"), Records.Delete(0, "a", 5).Entry, before.Version, CacheBytes, out var entry));
        Assert.Null(entry);
    }

    [Fact]
    public void TryResolve_AfterThePartitionWasEmptied_IsRefused()
    {
        var table = new PartitionTable(new LargeEntries(0)) { HasRows = true };
        var before = table.Find(Records.Key("a"), CacheBytes);
        Apply(table, Records.Empty(0, 2));

        Assert.False(table.TryResolve(Records.Key("a"), Records.Value(5, "x"), before.Version, CacheBytes, out _));
    }

    [Fact]
    public void TryResolve_OfAValueTooLargeForTheCache_HoldsAllTheSame()
    {
        var table = new PartitionTable(new LargeEntries(0)) { HasRows = true };
        var before = table.Find(Records.Key("a"), CacheBytes);
        var large = Records.Value(5, new string('x', 2_000));
        Assert.True(table.TryResolve(Records.Key("a"), large, before.Version, CacheBytes, out var entry));
        Assert.Equal(large, entry);
        Assert.False(table.Find(Records.Key("a"), CacheBytes).IsKnown);
    }

    [Fact]
    public void Release_OfAPartitionThatWasEmptiedMeanwhile_CachesNothingOfIt()
    {
        var table = new PartitionTable(new LargeEntries(0)) { HasRows = true };
        Apply(table, Records.Put(0, "a", 5, "x"));
        Assert.NotNull(table.Freeze());
        Apply(table, Records.Empty(0, 2));
        table.Release(CacheBytes);
        Assert.Null(table.Find(Records.Key("a"), CacheBytes).Entry);

        // The next checkpoint takes the emptying away from memory: SQLite holds it then.
        Assert.NotNull(table.Freeze());
        table.Release(CacheBytes);

        var lookup = table.Find(Records.Key("a"), CacheBytes);
        Assert.False(lookup.IsKnown && lookup.Entry is not null, "what was emptied is in the cache");
    }

    private static void Apply(PartitionTable table, ReplicaRecord record)
    {
        lock (table.Gate)
        {
            table.Apply(record);
        }
    }
}
