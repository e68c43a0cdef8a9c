using AspireKv.StorageNode.Housekeeping;
using AspireKv.StorageNode.Tests.World;

namespace AspireKv.StorageNode.Tests.Housekeeping;

/// <summary>One batch of purges.</summary>
public sealed class TombstonePurgeTests
{
    [Fact]
    public async Task Batch_TakesOnNoMoreThanItsBound()
    {
        await using var node = new TestNode().TakePart();
        node.Delete(count: 10);
        var purge = node.CreatePurge(new TombstoneOptions { MaxPurgesPerPartition = 8 });

        Assert.Equal((8, 8), await purge.RunAsync(node.Partition, default));
        Assert.Equal(2, node.Engine.FindTombstones(0, max: 100).Count);
        Assert.Equal((2, 2), await purge.RunAsync(node.Partition, default));
        Assert.Empty(node.Engine.FindTombstones(0, max: 100));
        Assert.Equal((0, 0), await purge.RunAsync(node.Partition, default));
    }

    [Fact]
    public async Task Batch_OverAnEngineThatEnded_ComesToNothing()
    {
        await using var node = new TestNode().TakePart();
        node.Delete(count: 4);
        var purge = node.CreatePurge(new TombstoneOptions { MaxPurgesPerPartition = 4 });
        await node.Engine.DisposeAsync();

        Assert.Equal(0, (await purge.RunAsync(node.Partition, default)).Purged);
    }

    [Fact]
    public async Task Backlog_OfManyBatches_IsGoneLongBeforeTheNextPassIsDue()
    {
        await using var node = new TestNode().TakePart();
        node.Delete(count: 40);

        await HousekeeperTests.RunAsync(
            node,
            () => node.Engine.FindTombstones(0, max: 10).Count == 0,
            new TombstoneOptions { PurgeInterval = TimeSpan.FromHours(1), MaxPurgesPerPartition = 4 });
    }

    [Fact]
    public async Task Batch_WhileTheDiskHangs_KeepsNoThread()
    {
        await using var node = new TestNode().TakePart();
        node.Delete(count: 3);
        Assert.True(node.Engine.Checkpoint());
        var purge = node.CreatePurge(new TombstoneOptions());
        node.SqliteMayBeRead.Reset();

        var running = await Task.Factory.StartNew(() => purge.RunAsync(node.Partition, default)).WaitAsync(Patience.Limit);
        Assert.False(running.IsCompleted);

        node.SqliteMayBeRead.Set();
        Assert.Equal((3, 3), await running.WaitAsync(Patience.Limit));
        Assert.Empty(node.Engine.FindTombstones(0, max: 100));
    }
}
