using System.Diagnostics.Metrics;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Housekeeping;
using AspireKv.StorageNode.Inbox;
using AspireKv.StorageNode.Tests.World;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Tests.Housekeeping;

/// <summary>What is told of the tombstones that wait, to whoever measures and to whoever asks.</summary>
public sealed class TombstoneCountTests
{
    private static readonly NodeId Two = new(2);
    private static readonly NodeId Three = new(3);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Gauges_ShowWhatWaits()
    {
        await using var node = new TestNode().TakePart();
        node.Delete(count: 3);
        _ = node.CreatePurge(new TombstoneOptions());

        await AssertMeasuredAsync(
            node, ("aspirekv.tombstones", 3), ("aspirekv.tombstones.held", 0), ("aspirekv.tombstones.held.age.max", 0));
    }

    [Fact]
    public async Task Gauges_WhileTheDiskHangs_AreReadAtOnce()
    {
        await using var node = new TestNode().TakePart();
        node.Delete(count: 3);
        Assert.True(node.Engine.Checkpoint());
        _ = node.CreatePurge(new TombstoneOptions());
        node.SqliteMayBeRead.Reset();

        Assert.Equal(0, (await Task.Run(() => Measure(node)).WaitAsync(Patience.Limit))["aspirekv.tombstones"]);

        node.SqliteMayBeRead.Set();
        await AssertMeasuredAsync(node, ("aspirekv.tombstones", 3), ("aspirekv.tombstones.held", 0));
    }

    /// <summary>Nodes 2 and 3 hold back the same tombstone, which is counted once in all, and once for each.</summary>
    [Fact]
    public async Task Gauges_WhileReplicasAreSilent_ShowWhatEachHoldsBack()
    {
        await using var node = new TestNode().TakePart(replicas: 3);
        node.DeleteAsHolder();
        _ = node.CreatePurge(new TombstoneOptions());

        await AssertMeasuredAsync(
            node,
            ("aspirekv.tombstones", 1),
            ("aspirekv.tombstones.held", 1),
            ("aspirekv.tombstones.held_by node2", 1),
            ("aspirekv.tombstones.held_by node3", 1));
    }

    /// <summary>A series that is no more reads as if it stood still.</summary>
    [Fact]
    public async Task Gauges_OfANodeThatHoldsNothingBack_AreZero()
    {
        await using var node = new TestNode().TakePart(replicas: 3);
        node.DeleteAsHolder();
        node.Peers.Alive.Add(Three);
        _ = node.CreatePurge(new TombstoneOptions());

        await AssertMeasuredAsync(node, ("aspirekv.tombstones.held_by node2", 1), ("aspirekv.tombstones.held_by node3", 0));
    }

    [Fact]
    public async Task Age_OfWhatADeadNodeHoldsBack_IsCountedFromItsLastWord()
    {
        await using var node = new TestNode().TakePart(replicas: 3);
        node.DeleteAsHolder();
        node.Peers.Alive.Add(Three);
        Hear(node, Two, Hour);
        _ = node.CreatePurge(new TombstoneOptions());

        await AssertMeasuredAsync(node, ("aspirekv.tombstones.held", 1));

        Assert.InRange(Measure(node)["aspirekv.tombstones.held.age.max"], Hour.TotalSeconds, (Hour + Patience.Limit).TotalSeconds);
    }

    [Fact]
    public async Task Question_IsAnsweredWithWhatIsCountedNow()
    {
        await using var node = new TestNode().TakePart(replicas: 3);
        node.DeleteAsHolder();
        node.Peers.Alive.Add(Three);
        Hear(node, Two, Hour);

        var status = await AskAsync(node.CreateCount(new TombstoneOptions())).WaitAsync(Patience.Limit);

        Assert.Equal((1, 1, 1), (status.Partitions, status.Tombstones, status.Held));
        var hold = Assert.Single(status.Holds);
        Assert.Equal((Two, PurgeHoldReason.Dead, 1, 1), (hold.Node, hold.Reason, hold.Partitions, hold.Tombstones));
        Assert.InRange(hold.HeldFor, Hour, Hour + Patience.Limit);
        Assert.InRange(hold.OldestFor, Hour, Hour + Patience.Limit);
    }

    [Fact]
    public async Task Question_WithinTheInterval_IsAnsweredFromTheLastCount()
    {
        await using var node = new TestNode().TakePart();
        node.Delete(count: 3);
        Assert.True(node.Engine.Checkpoint());
        var count = node.CreateCount(new TombstoneOptions { PurgeInterval = Hour });
        Assert.Equal(3, (await AskAsync(count).WaitAsync(Patience.Limit)).Tombstones);
        node.SqliteMayBeRead.Reset();

        Assert.Equal(3, (await AskAsync(count).WaitAsync(Patience.Limit)).Tombstones);
    }

    [Fact]
    public async Task Question_WhileTheDiskHangs_WaitsForItAndHoldsUpNobody()
    {
        await using var node = new TestNode().TakePart();
        node.Delete(count: 3);
        Assert.True(node.Engine.Checkpoint());
        var count = node.CreateCount(new TombstoneOptions());
        node.SqliteMayBeRead.Reset();

        var asking = await Task.Run(() => (Answer: AskAsync(count), More: AskAsync(count))).WaitAsync(Patience.Limit);
        await Patience.UntilAsync(() => node.HeldSqliteReads > 0, "the count reads the disk");
        Assert.False(asking.Answer.IsCompleted || asking.More.IsCompleted);

        node.SqliteMayBeRead.Set();
        Assert.Equal(3, (await asking.Answer.WaitAsync(Patience.Limit)).Tombstones);
        Assert.Equal(3, (await asking.More.WaitAsync(Patience.Limit)).Tombstones);
    }

    [Fact]
    public async Task Question_BehindTooManyThatWait_IsNotAnswered()
    {
        await using var node = new TestNode().TakePart();
        node.Delete(count: 3);
        Assert.True(node.Engine.Checkpoint());
        var count = node.CreateCount(new TombstoneOptions());
        node.SqliteMayBeRead.Reset();
        var waiting = Enumerable.Range(0, TombstoneCount.MaxWaiting).Select(_ => count.GetAsync()).ToArray();

        Assert.Null(await count.GetAsync().WaitAsync(Patience.Limit));

        node.SqliteMayBeRead.Set();
        Assert.All(await Task.WhenAll(waiting).WaitAsync(Patience.Limit), status => Assert.Equal(3, status?.Tombstones));
        Assert.Equal(3, (await count.GetAsync().WaitAsync(Patience.Limit))?.Tombstones);
    }

    /// <summary>The gateway then says that this node did not answer, rather than that there is nothing.</summary>
    [Fact]
    public async Task Question_OverAnEngineThatEnded_IsNotAnswered()
    {
        await using var node = new TestNode().TakePart();
        node.Delete(count: 3);
        var count = node.CreateCount(new TombstoneOptions());
        await node.Engine.DisposeAsync();

        Assert.Null(await count.GetAsync().WaitAsync(Patience.Limit));
    }

    /// <summary>The peer was last heard so long ago.</summary>
    private static void Hear(TestNode node, NodeId peer, TimeSpan ago) =>
        node.Peers.Heard[peer] = TimeProvider.System.GetTimestamp() - (long)(ago.TotalSeconds * TimeProvider.System.TimestampFrequency);

    private static Task<TombstoneStatus> AskAsync(TombstoneCount count)
    {
        var answered = new TaskCompletionSource<TombstoneStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        new TombstonesHandler(count).OnAsked(
            new Asked<TombstonesRequest, TombstoneStatus>(new FakeConnection(), default, answered.SetResult));
        return answered.Task;
    }

    /// <summary>The first to look is shown nothing, and has it counted.</summary>
    private static async Task AssertMeasuredAsync(TestNode node, params (string Gauge, double Value)[] expected)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ; await Task.Yield())
        {
            var measured = Measure(node);
            if (expected.All(gauge => measured[gauge.Gauge] == gauge.Value))
            {
                return;
            }

            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < Patience.Limit,
                $"{string.Join(", ", expected)} was not measured, but {string.Join(", ", measured)}");
        }
    }

    /// <summary>Every gauge by its name, and the tag behind it where it has one.</summary>
    private static Dictionary<string, double> Measure(TestNode node)
    {
        var measured = new Dictionary<string, double>();
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
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return measured;

        void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            measured[tags.IsEmpty ? instrument.Name : $"{instrument.Name} {tags[0].Value}"] = value;
    }
}
