using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Replicas;

public sealed class ReplicaTests
{
    private static readonly StoreKey Other = StoreKey.Create("default", "other"u8);

    private readonly PartitionFixture _partition = new();

    [Fact]
    public void Prepare_EqualToThePromise_IsRejected()
    {
        Assert.Equal(PeerResponseKind.Promised, _partition.Ask(Request(PeerRequestKind.Prepare, 5)).Response.Kind);

        var (response, _) = _partition.Ask(Request(PeerRequestKind.Prepare, 5));

        Assert.Equal(PeerResponseKind.BallotRejected, response.Kind);
        Assert.Equal(new Ballot(5, Two), response.Promised);
    }

    [Fact]
    public void Accept_BelowThePromise_IsRejectedAndPlacesNothing()
    {
        _partition.Ask(Request(PeerRequestKind.Prepare, 5));
        var placed = _partition.Placed.Count;

        var (response, _) = _partition.Ask(Request(PeerRequestKind.Accept, 4, Value(4, 1)));

        Assert.Equal(PeerResponseKind.BallotRejected, response.Kind);
        Assert.Equal(placed, _partition.Placed.Count);
    }

    [Fact]
    public void Accept_AboveThePromise_PromisesAndStores()
    {
        var (response, _) = _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));

        Assert.Equal(PeerResponseKind.Accepted, response.Kind);
        Assert.Equal([typeof(BallotPromised), typeof(EntryAccepted)], _partition.Placed[^2..].Select(record => record.GetType()));
    }

    [Fact]
    public void Accept_OlderThanStored_IsAcknowledgedAndKeepsTheNewer()
    {
        _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 2, "newer")));

        var (response, _) = _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1, "older")));

        Assert.Equal(PeerResponseKind.Accepted, response.Kind);
        Assert.Equal(2, _partition.Find(Key)!.Stamp.Sequence);
    }

    [Fact]
    public void Accept_NotAboveAPurgedTombstoneWhereNothingIsStored_IsRefused()
    {
        var tombstone = Entry.Tombstone(new Stamp(new Ballot(5, Two), 2));
        _partition.Ask(Request(PeerRequestKind.Accept, 5, tombstone));
        _partition.Ask(Request(PeerRequestKind.Purge, 5, purge: tombstone.Stamp));

        var (response, _) = _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));

        Assert.Equal(PeerResponseKind.Refused, response.Kind);
        Assert.Null(_partition.Find(Key));
    }

    /// <summary>Tombstones are not purged in the order of their stamps.</summary>
    [Fact]
    public void Purge_OfALowerStamp_LeavesTheFenceWhereItIs()
    {
        var other = Request(PeerRequestKind.Accept, 5, Tombstone(1)) with { Key = Other };
        _partition.Ask(Request(PeerRequestKind.Accept, 5, Tombstone(3)));
        _partition.Ask(other);

        _partition.Ask(Request(PeerRequestKind.Purge, 5, purge: Tombstone(3).Stamp));
        var (purged, _) = _partition.Ask(Request(PeerRequestKind.Purge, 5, purge: Tombstone(1).Stamp) with { Key = Other });

        Assert.Equal(PeerResponseKind.Purged, purged.Kind);
        Assert.Null(_partition.Find(Other));
        Assert.Equal(PeerResponseKind.Refused, _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 2))).Response.Kind);
    }

    [Fact]
    public void Snapshot_AfterAnyRecord_KeepsTheHighestFence()
    {
        var stamp = new Stamp(new Ballot(5, Two), 3);
        var purged = ReplicaSnapshot.Empty.With(new TombstonePurged(0, Key, stamp));

        Assert.Equal(stamp, purged.With(new TombstonePurged(0, Other, stamp with { Sequence = 1 })).Purged);
        Assert.Equal(stamp, purged.With(new RebuildBegun(0, stamp with { Sequence = 1 })).Purged);
        Assert.Equal(stamp, purged.With(new ConfigTaken(0, ConfigOf(2, [One]), 2, IsEmptied: true, IsLearner: false)).Purged);
    }

    [Fact]
    public void Accept_AfterRestart_LooksAtWhatIsStored()
    {
        var restarted = new PartitionFixture(
            new ReplicaSnapshot(
                new Ballot(5, Two), ConfigOf(1, [One, Two, Three]), new Stamp(new Ballot(5, Two), 9), 1, IsLearner: false));

        var (response, _) = restarted.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 8)));

        Assert.Equal(PeerResponseKind.Refused, response.Kind);
    }

    [Fact]
    public void Accept_AfterRestartOlderThanStored_KeepsTheNewer()
    {
        var restarted = new PartitionFixture(
            ReplicaSnapshot.Empty with { Promised = new Ballot(5, Two), Config = ConfigOf(1, [One, Two, Three]) });
        restarted.Place(new EntryAccepted(0, Key, Value(5, 3, "newer")));

        var (response, _) = restarted.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 2, "older")));

        Assert.Equal(PeerResponseKind.Accepted, response.Kind);
        Assert.Equal(3, restarted.Find(Key)!.Stamp.Sequence);
    }

    /// <summary>What another key was given in between, out of order, is no reason not to look.</summary>
    [Fact]
    public void Accept_OlderThanStoredAfterAnOlderOneOfAnotherKey_KeepsTheNewer()
    {
        _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 4, "newer")));
        _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)) with { Key = Other });

        _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 3, "older")));

        Assert.Equal(4, _partition.Find(Key)!.Stamp.Sequence);
    }

    [Fact]
    public void Accept_NotAboveTheTombstoneOfAPurgeThatThisReplicaMissed_IsRefused()
    {
        _partition.Ask(Request(PeerRequestKind.Purge, 5, purge: new Stamp(new Ballot(5, Two), 3)));

        var (response, _) = _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 2)));

        Assert.Equal(PeerResponseKind.Refused, response.Kind);
    }

    [Fact]
    public void Purge_ComingAgain_PlacesNothingMore()
    {
        var tombstone = Tombstone(3);
        _partition.Ask(Request(PeerRequestKind.Accept, 5, tombstone));
        _partition.Ask(Request(PeerRequestKind.Purge, 5, purge: tombstone.Stamp));
        var placed = _partition.Placed.Count;

        var (response, _) = _partition.Ask(Request(PeerRequestKind.Purge, 5, purge: tombstone.Stamp));

        Assert.Equal(PeerResponseKind.Purged, response.Kind);
        Assert.Equal(placed, _partition.Placed.Count);
    }

    [Fact]
    public void Accept_WhileTheDiskIsFull_IsUnavailable()
    {
        _partition.Room = NotAppliedReason.StorageFull;

        Assert.Equal(PeerResponseKind.Unavailable, _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1))).Response.Kind);
    }

    [Fact]
    public void Accept_WhileTheDiskStallsAndIsFull_IsRefusedWithoutWaitingForIt()
    {
        var (_, promised) = _partition.Ask(Request(PeerRequestKind.Prepare, 5));
        _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));
        _partition.Room = NotAppliedReason.StorageUnavailable;

        var (response, after) = _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 2)));

        Assert.Equal((PeerResponseKind.Unavailable, promised), (response.Kind, after));
    }

    [Fact]
    public void Accept_OfWhatIsStoredAlreadyWhileTheDiskIsFull_IsAccepted()
    {
        var (_, stored) = _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));
        _partition.Room = NotAppliedReason.StorageFull;

        var (response, after) = _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));

        Assert.Equal((PeerResponseKind.Accepted, stored), (response.Kind, after));
    }

    [Fact]
    public void Purge_OfAnotherStamp_KeepsTheEntryAndRaisesTheFence()
    {
        _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 2)));

        _partition.Ask(Request(PeerRequestKind.Purge, 5, purge: new Stamp(new Ballot(5, Two), 1)));

        Assert.NotNull(_partition.Find(Key));
        Assert.IsType<TombstonePurged>(_partition.Placed[^1]);
    }

    [Fact]
    public void Answers_WaitForWhatTheyShow()
    {
        _partition.Ask(Request(PeerRequestKind.Prepare, 5));
        var promise = _partition.Placed.Count;
        var (_, afterAccept) = _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));
        var (_, afterRead) = _partition.Ask(Request(PeerRequestKind.Read, 5));
        var (_, afterConfirm) = _partition.Ask(Request(PeerRequestKind.Confirm, 5));

        Assert.Equal(_partition.Placed.Count, afterAccept);
        Assert.Equal(afterAccept, afterRead);
        Assert.Equal(promise, afterConfirm);
    }

    [Fact]
    public void Request_OfAnOlderEpoch_IsRejectedWithTheConfig()
    {
        var moved = ConfigOf(2, [One, Two, Three], [], new Dictionary<NodeId, long> { [One] = 1, [Two] = 1, [Three] = 1 });
        _partition.State.Adopt(moved);

        var (response, _) = _partition.Ask(Request(PeerRequestKind.Prepare, 5));

        Assert.Equal(PeerResponseKind.EpochRejected, response.Kind);
        Assert.Equal(2, response.Config!.Epoch);
    }

    [Fact]
    public void Request_OfANewerEpochWithoutItsConfig_AsksForIt()
    {
        var (response, _) = _partition.Ask(Request(PeerRequestKind.Prepare, 5) with { Epoch = 2 });

        Assert.Equal(PeerResponseKind.EpochRejected, response.Kind);
        Assert.Equal(1, response.Epoch);
        Assert.Null(response.Config);
    }

    [Fact]
    public void Config_WithAnotherSince_EmptiesThePartitionInOneRecordAndKeepsThePromise()
    {
        _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));
        var rejoined = ConfigOf(3, [One, Two, Three], [], new Dictionary<NodeId, long> { [One] = 3, [Two] = 1, [Three] = 1 });

        _partition.Ask(Request(PeerRequestKind.Confirm, 5) with { Epoch = 3, Config = rejoined });
        var (response, _) = _partition.Ask(Request(PeerRequestKind.Accept, 4, Value(4, 1)) with { Epoch = 3 });

        Assert.Equal(PeerResponseKind.BallotRejected, response.Kind);
        Assert.Null(_partition.Find(Key));
        Assert.Equal(new ConfigTaken(0, rejoined, Since: 3, IsEmptied: true, IsLearner: false), _partition.Placed[^1]);
    }

    [Fact]
    public void Config_WithTheSameSince_KeepsTheEntries()
    {
        _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));
        var moved = ConfigOf(3, [One, Two], []);

        _partition.State.Adopt(moved);

        Assert.NotNull(_partition.Find(Key));
        Assert.Equal(new ConfigTaken(0, moved, Since: 1, IsEmptied: false, IsLearner: false), _partition.Placed[^1]);
    }

    /// <summary>A node that was given the partition twice holds nothing of the first time, whatever happened in between.</summary>
    [Fact]
    public void Config_OfANodeThatLeftAndCameBack_EmptiesThePartition()
    {
        _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));
        _partition.State.Adopt(ConfigOf(3, [Two, Three], []));
        Assert.NotNull(_partition.Find(Key));

        _partition.State.Adopt(ConfigOf(4, [Two, Three], [Two, One], new Dictionary<NodeId, long> { [One] = 4 }));

        Assert.Null(_partition.Find(Key));
    }

    [Fact]
    public void Config_ThatGivesThePartitionToAnotherLife_MakesALearner()
    {
        _partition.State.Adopt(PartitionConfig.Founded([One, Two, Three], static _ => PartitionFixture.Incarnation + 1));
        Assert.False(_partition.State.IsLearner);

        var grants = new Dictionary<NodeId, Grant> { [One] = new(2, PartitionFixture.Incarnation + 1), [Two] = new(1, 0) };
        _partition.State.Adopt(new PartitionConfig(2, [One, Two], [], grants));

        Assert.True(_partition.State.IsLearner);
    }

    [Fact]
    public void Learner_MarksItsAnswers()
    {
        var learner = new PartitionFixture(
            new ReplicaSnapshot(Ballot.Zero, ConfigOf(1, [One, Two, Three]), Stamp.Zero, 1, IsLearner: true));

        Assert.True(learner.Ask(Request(PeerRequestKind.Prepare, 5)).Response.IsLearner);
    }

    private static Entry Tombstone(long sequence) => Entry.Tombstone(new Stamp(new Ballot(5, Two), sequence));
}
