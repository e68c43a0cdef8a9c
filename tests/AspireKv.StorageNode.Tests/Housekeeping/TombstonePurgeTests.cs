using System.Diagnostics.Metrics;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;
using AspireKv.StorageNode.Housekeeping;
using AspireKv.StorageNode.Tests.World;

namespace AspireKv.StorageNode.Tests.Housekeeping;

/// <summary>One batch of purges, and what is told of those that wait.</summary>
public sealed class TombstonePurgeTests
{
    private readonly TestOwner _owner = new();

    [Fact]
    public async Task Batch_TakesOnNoMoreThanItsBound()
    {
        await using var node = new TestNode().TakePart();
        Delete(node, count: 10);
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
        Delete(node, count: 4);
        var purge = node.CreatePurge(new TombstoneOptions { MaxPurgesPerPartition = 4 });
        await node.Engine.DisposeAsync();

        Assert.Equal(0, (await purge.RunAsync(node.Partition, default)).Purged);
    }

    [Fact]
    public async Task Backlog_OfManyBatches_IsGoneLongBeforeTheNextPassIsDue()
    {
        await using var node = new TestNode().TakePart();
        Delete(node, count: 40);

        await HousekeeperTests.RunAsync(
            node,
            () => node.Engine.FindTombstones(0, max: 10).Count == 0,
            new TombstoneOptions { PurgeInterval = TimeSpan.FromHours(1), MaxPurgesPerPartition = 4 });
    }

    [Fact]
    public async Task Gauges_ShowWhatWaits()
    {
        await using var node = new TestNode().TakePart();
        Delete(node, count: 3);
        _ = node.CreatePurge(new TombstoneOptions());
        await AssertCountedAsync((3, 0), node);
    }

    [Fact]
    public async Task Gauges_WhileTheDiskHangs_AreReadAtOnce()
    {
        await using var node = new TestNode().TakePart();
        Delete(node, count: 3);
        Assert.True(node.Engine.Checkpoint());
        _ = node.CreatePurge(new TombstoneOptions());
        node.SqliteMayBeRead.Reset();

        Assert.Equal((0, 0), await Task.Run(() => Read(node)).WaitAsync(Patience.Limit));

        node.SqliteMayBeRead.Set();
        await AssertCountedAsync((3, 0), node);
    }

    [Fact]
    public async Task Batch_WhileTheDiskHangs_KeepsNoThread()
    {
        await using var node = new TestNode().TakePart();
        Delete(node, count: 3);
        Assert.True(node.Engine.Checkpoint());
        var purge = node.CreatePurge(new TombstoneOptions());
        node.SqliteMayBeRead.Reset();

        var running = await Task.Factory.StartNew(() => purge.RunAsync(node.Partition, default)).WaitAsync(Patience.Limit);
        Assert.False(running.IsCompleted);

        node.SqliteMayBeRead.Set();
        Assert.Equal((3, 3), await running.WaitAsync(Patience.Limit));
        Assert.Empty(node.Engine.FindTombstones(0, max: 100));
    }

    [Fact]
    public async Task Gauges_WhileAReplicaIsSilent_ShowWhatThatHoldsBack()
    {
        await using var node = new TestNode().TakePart(replicas: 3);
        node.DeleteAsHolder();
        _ = node.CreatePurge(new TombstoneOptions());

        await AssertCountedAsync((1, 1), node);
    }

    /// <summary>The first to look is shown nothing, and has it counted.</summary>
    private static async Task AssertCountedAsync((long All, long Held) expected, TestNode node)
    {
        for (var started = TimeProvider.System.GetTimestamp(); Read(node) != expected; await Task.Yield())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience.Limit, $"{expected} was not counted");
        }
    }

    private static (long All, long Held) Read(TestNode node)
    {
        var (all, held) = (-1L, -1L);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, node.Meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            all = instrument.Name == "aspirekv.tombstones" ? value : all;
            held = instrument.Name == "aspirekv.tombstones.held" ? value : held;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return (all, held);
    }

    private void Delete(TestNode node, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var key = StoreKey.Create("default", System.Text.Encoding.UTF8.GetBytes($"key{i}"));
            node.Partition.Submit(new PendingOperation(new ClientOperation { Kind = OperationKind.Delete, Key = key }, owner: _owner));
            Assert.Equal(OperationOutcome.Applied, _owner.TakeResult().Outcome);
        }
    }
}
