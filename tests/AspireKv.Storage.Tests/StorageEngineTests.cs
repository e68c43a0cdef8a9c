using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Tests;

public sealed class StorageEngineTests : IDisposable
{
    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Append_BeforeItIsDurable_IsVisibleToFind()
    {
        await using var engine = _fixture.Open();

        engine.Append(Records.Put(3, "a", 1, "one"));

        Assert.Equal(Records.Value(1, "one"), engine.Find(3, Records.Key("a")));
        Assert.Null(engine.Find(4, Records.Key("a")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reopen_EveryKindOfRecord_ComesBack(bool checkpoint)
    {
        var grants = new Dictionary<NodeId, Grant> { [new(1)] = new(1, 4), [new(2)] = new(1, 5), [new(3)] = new(2, 6) };
        var config = new PartitionConfig(2, [new(1), new(2)], [new(3)], grants);
        await using (var engine = _fixture.Open())
        {
            engine.Append(new BallotPromised(0, new Ballot(7, new NodeId(2))));
            engine.Append(Records.Put(0, "gone", 1, "x"));
            engine.Append(new ConfigTaken(0, config, Since: 2, IsEmptied: true, IsLearner: true));
            engine.Append(Records.Put(0, "kept", 2, "y"));
            engine.Append(Records.Delete(0, "purged", 3));
            engine.Append(Records.Purge(0, "purged", 3));
            engine.Append(Records.Delete(0, "deleted", 4));
            Assert.True(!checkpoint || engine.Checkpoint());
        }

        await using var reopened = _fixture.Open();

        var snapshot = reopened.GetSnapshot(0);
        Assert.Equal(new Ballot(7, new NodeId(2)), snapshot.Promised);
        Assert.Equal(config.ToString(), snapshot.Config!.ToString());
        Assert.Equal(new Grant(2, 6), snapshot.Config.GrantOf(new NodeId(3)));
        Assert.Equal((Records.Stamp(3), 2, true), (snapshot.Purged, snapshot.Since, snapshot.IsLearner));
        Assert.Null(reopened.Find(0, Records.Key("gone")));
        Assert.Null(reopened.Find(0, Records.Key("purged")));
        Assert.Equal(Records.Value(2, "y"), reopened.Find(0, Records.Key("kept")));
        Assert.Equal(Entry.Tombstone(Records.Stamp(4)), reopened.Find(0, Records.Key("deleted")));
        Assert.Equal([(Records.Key("deleted"), Records.Stamp(4))], reopened.FindTombstones(0, 10));
        Assert.Equal(ReplicaSnapshot.Empty, reopened.GetSnapshot(1));
    }

    [Fact]
    public async Task Purge_OfAnotherStamp_KeepsTheEntryAndRaisesTheFence()
    {
        await using var engine = _fixture.Open();
        engine.Append(Records.Delete(0, "a", 5));
        Assert.True(engine.Checkpoint());

        engine.Append(Records.Purge(0, "a", 4));
        engine.Append(Records.Purge(0, "a", 6));

        Assert.Equal(Records.Stamp(5), engine.Find(0, Records.Key("a"))!.Stamp);
        Assert.Equal(Records.Stamp(6), engine.GetSnapshot(0).Purged);
        Assert.True(engine.Checkpoint());
        Assert.Equal(Records.Stamp(5), engine.Find(0, Records.Key("a"))!.Stamp);
    }

    [Fact]
    public async Task Purge_OfAnEntryThatOnlySqliteHolds_DropsItBeforeAndAfterTheCheckpoint()
    {
        await using (var engine = _fixture.Open())
        {
            engine.Append(Records.Delete(0, "a", 5));
            Assert.True(engine.Checkpoint());
        }

        await using var reopened = _fixture.Open();
        reopened.Append(Records.Purge(0, "a", 5));

        Assert.Null(reopened.Find(0, Records.Key("a")));
        Assert.True(reopened.Checkpoint());
        Assert.Null(reopened.Find(0, Records.Key("a")));
        Assert.Empty(reopened.FindTombstones(0, 10));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CountTombstones_OverMemoryAndSqlite_CountsEachPartitionForItself(bool checkpoint)
    {
        await using var engine = _fixture.Open();
        for (var i = 1; i <= 5; i++)
        {
            engine.Append(Records.Delete(0, $"key{i}", i));
        }

        engine.Append(Records.Put(0, "there", 6, "value"));
        engine.Append(Records.Delete(1, "other", 1));
        Assert.Equal((5, 1, 0), (engine.CountTombstones(0), engine.CountTombstones(1), engine.CountTombstones(2)));
        Assert.True(!checkpoint || engine.Checkpoint());

        engine.Append(Records.Purge(0, "key1", 1));
        engine.Append(Records.Purge(0, "key2", 2));
        engine.Append(Records.Delete(0, "key6", 7));

        Assert.Equal(4, engine.CountTombstones(0));
        Assert.True(engine.Checkpoint());
        Assert.Equal(4, engine.CountTombstones(0));
        engine.Append(Records.Empty(0, 2));
        Assert.Equal(0, engine.CountTombstones(0));
    }

    [Fact]
    public async Task WriteFounding_ThenAnother_IsRefusedAndTheFirstIsKept()
    {
        FoundingRecord record;
        await using (var engine = _fixture.Open())
        {
            Assert.Null(engine.Founding);
            record = Records.Founding(engine.Identity.Incarnation);
            engine.WriteFounding(record);
            engine.WriteFounding(Records.Founding(engine.Identity.Incarnation));
            var other = record with { PartitionCount = 1, Placement = [[new NodeId(1)]] };
            Assert.Throws<InvalidOperationException>(() => engine.WriteFounding(other));
        }

        await using var reopened = _fixture.Open();

        Assert.Equal(record.ClusterId, reopened.Founding!.ClusterId);
        Assert.Equal(record.Members, reopened.Founding.Members);
        Assert.Equal(record.Placement, reopened.Founding.Placement);
    }

    [Fact]
    public async Task Open_WhileAnotherHasTheDirectory_IsRefusedByName()
    {
        await using var engine = _fixture.Open();

        var refused = Assert.Throws<DataDirectoryException>(() => _fixture.Open());

        Assert.Contains(_fixture.Path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_TheDirectoryOfAnotherNode_IsRefused()
    {
        await using (_fixture.Open())
        {
        }

        var refused = Assert.Throws<DataDirectoryException>(() => _fixture.Open(new NodeId(2)));

        Assert.Contains("belongs to node 1, not to node 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WhereAFileStands_SaysThatItCannotBeWritten()
    {
        var path = _fixture.File("file");
        System.IO.File.WriteAllText(path, "");

        var opening = new StorageOpening(
            _fixture.Files,
            Path.Combine(path, "data"),
            new NodeId(1),
            _fixture.Options,
            new StorageMetrics(_fixture.Meters),
            TimeProvider.System,
            _fixture.Logger);

        var refused = Assert.Throws<DataDirectoryException>(() => opening.Open(new TestObserver()));

        Assert.Contains("cannot be written", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AnEmptyDirectory_DrawsAnIdentityThatStays()
    {
        NodeIdentity identity;
        await using (var engine = _fixture.Open())
        {
            identity = engine.Identity;
        }

        await using var reopened = _fixture.Open();

        Assert.Equal(new NodeId(1), identity.Node);
        Assert.NotEqual(0UL, identity.Incarnation);
        Assert.Equal(identity, reopened.Identity);
    }

    [Fact]
    public async Task CheckRoom_BeyondThePendingBytes_RefusesUntilTheDiskCaughtUpAndPromisesGoOn()
    {
        _fixture.Options.Wal.MaxPendingBytes = 1024 * 1024;
        var files = new FaultFileSystem(_fixture.Files);
        _fixture.Files = files;
        await using var engine = _fixture.Open();
        var value = new string('x', 256 * 1024);
        var appended = 0;
        using (files.StallSyncs())
        {
            engine.Append(Records.Put(0, "first", 1, "x"));
            Assert.True(SpinWait.SpinUntil(() => files.Stalled > 0, TimeSpan.FromSeconds(30)), "the first group was not taken");
            for (; engine.CheckRoom(Records.Value(1, "x")) == NotAppliedReason.None && appended < 12; appended++)
            {
                engine.Append(Records.Put(0, $"key{appended}", appended + 2, value));
            }

            // At most five fit beside the group that is stalled.
            Assert.InRange(appended, 4, 5);
            engine.Append(new BallotPromised(1, new Ballot(7, new NodeId(2))));
            Assert.Equal(new Ballot(7, new NodeId(2)), engine.GetSnapshot(1).Promised);
            Assert.Equal(NotAppliedReason.StorageUnavailable, engine.CheckRoom(Records.Value(1, "x")));
        }

        engine.AppendDurably(new BallotPromised(1, new Ballot(8, new NodeId(2))));
        Assert.Equal(NotAppliedReason.None, engine.CheckRoom(Records.Value(1, "x")));
        Assert.Null(engine.Failure);
    }

    [Fact]
    public async Task Append_ARecordThatTheFormatCannotHold_Throws()
    {
        await using var engine = _fixture.Open();

        Assert.Throws<ArgumentException>(() => engine.Append(Records.Put(0, new string('k', 20_000), 1, "x")));
        Assert.Equal(1, engine.AppendDurably(Records.Put(0, "a", 1, "x")));
    }

    [Fact]
    public async Task Checkpoint_OfManySegments_DropsThemAndKeepsEverything()
    {
        await using (var engine = _fixture.Open())
        {
            for (var i = 1; i <= 400; i++)
            {
                engine.AppendDurably(Records.Put(i % 5, $"key{i}", i, new string((char)('a' + (i % 26)), 1000)));
            }

            Assert.True(Directory.GetFiles(_fixture.WalDirectory, "*.wal").Length > 5);
            Assert.True(engine.Checkpoint());
            Assert.Single(Directory.GetFiles(_fixture.WalDirectory, "*.wal"));
            engine.AppendDurably(Records.Put(0, "last", 1000, "z"));
        }

        await using var reopened = _fixture.Open();

        for (var i = 1; i <= 400; i++)
        {
            Assert.Equal(Records.Value(i, new string((char)('a' + (i % 26)), 1000)), reopened.Find(i % 5, Records.Key($"key{i}")));
        }

        Assert.Equal(Records.Value(1000, "z"), reopened.Find(0, Records.Key("last")));
    }

    [Fact]
    public async Task RecycledSegments_OfAnEarlierUse_AreNotReadAgain()
    {
        for (var round = 0; round < 4; round++)
        {
            await using var engine = _fixture.Open();
            for (var i = 0; i < 100; i++)
            {
                engine.AppendDurably(Records.Put(0, $"key{i}", (round * 100) + i + 1, new string((char)('a' + round), 1000)));
            }

            Assert.True(engine.Checkpoint());
        }

        await using var reopened = _fixture.Open();

        Assert.True(Directory.GetFiles(_fixture.WalDirectory, "spare-*").Length == 1);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(Records.Value(301 + i, new string('d', 1000)), reopened.Find(0, Records.Key($"key{i}")));
        }
    }
}
