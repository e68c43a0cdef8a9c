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

    [Fact]
    public void Accept_AfterRestart_LooksAtWhatIsStored()
    {
        var restarted = new PartitionFixture(
            new ReplicaSnapshot(
                new Ballot(5, Two), PartitionConfig.Founded([One, Two, Three]), new Stamp(new Ballot(5, Two), 9), 1, IsLearner: false));

        var (response, _) = restarted.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 8)));

        Assert.Equal(PeerResponseKind.Refused, response.Kind);
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
        var moved = new PartitionConfig(2, [One, Two, Three], [], new Dictionary<NodeId, long> { [One] = 1, [Two] = 1, [Three] = 1 });
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
    public void Config_WithAnotherSince_EmptiesThePartitionAndKeepsThePromise()
    {
        _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));
        var rejoined = new PartitionConfig(3, [One, Two, Three], [], new Dictionary<NodeId, long> { [One] = 3, [Two] = 1, [Three] = 1 });

        var (response, _) = _partition.Ask(Request(PeerRequestKind.Accept, 4, Value(4, 1)) with { Epoch = 3, Config = rejoined });

        Assert.Equal(PeerResponseKind.BallotRejected, response.Kind);
        Assert.Null(_partition.Find(Key));
        Assert.Equal([typeof(ConfigAdopted), typeof(PartitionEmptied)], _partition.Placed[^2..].Select(record => record.GetType()));
    }

    [Fact]
    public void Learner_MarksItsAnswers()
    {
        var learner = new PartitionFixture(
            new ReplicaSnapshot(Ballot.Zero, PartitionConfig.Founded([One, Two, Three]), Stamp.Zero, 1, IsLearner: true));

        Assert.True(learner.Ask(Request(PeerRequestKind.Prepare, 5)).Response.IsLearner);
    }
}
