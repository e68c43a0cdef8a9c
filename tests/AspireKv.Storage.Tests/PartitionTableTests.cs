using AspireKv.Storage.Memtables;

namespace AspireKv.Storage.Tests;

public sealed class PartitionTableTests
{
    private const long CacheBytes = 1024;

    [Fact]
    public void TryCache_OfWhatWasReadBeforeACheckpointCommitted_IsRefused()
    {
        var table = new PartitionTable { HasRows = true };
        lock (table.Gate)
        {
            table.Apply(Records.Purge(0, "a", 5));
        }

        Assert.NotNull(table.Freeze());
        var before = table.Find(Records.Key("a"), CacheBytes);
        var tombstone = Records.Delete(0, "a", 5).Entry;

        // SQLite still had the tombstone when it was read; then the checkpoint drops it.
        table.Release(CacheBytes);

        Assert.False(before.IsKnown);
        Assert.False(table.TryCache(Records.Key("a"), tombstone, before.Version, CacheBytes));
        Assert.False(table.Find(Records.Key("a"), CacheBytes).IsKnown);
    }
}
