using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>Rebuilds from their beginning to their end, at the coordinator, where others have no room, are silent or die.</summary>
public sealed class RebuildTests
{
    private static readonly NodeId Four = new(4);
    private static readonly NodeId Five = new(5);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    [InlineData(2, 100)]
    [InlineData(100, 100)]
    public void Rebuild_OfSeveralPages_CopiesEveryKey(int ownPage, int otherPage)
    {
        // Each voter lacks what it did not take part in; together they hold every key.
        var (partition, others) = Create(options: Options with { ListedKeys = ownPage, CopiedKeys = 2 });
        others.PageSize = otherPage;
        for (var i = 0; i < 9; i++)
        {
            if (i % 3 != 0)
            {
                partition.Place(new EntryAccepted(0, KeyOf(i), Value(0, i + 1)));
            }

            if (i % 3 != 1)
            {
                others.EntriesOf(Two)[KeyOf(i)] = Value(0, i + 1);
            }
        }

        others.Lose(Three, 33);
        Rebuild(partition, others);

        Assert.Equal([Key, .. Enumerable.Range(0, 9).Select(KeyOf)], others.EntriesOf(Three).Keys);
        Assert.Empty(others.Learners);
    }

    [Fact]
    public void Rebuild_WhoseKeysAreRefusedAtFirst_CopiesThemLater()
    {
        var (partition, others) = CreateWithKeys();
        others.InsteadOfStoring = (node, _) => node == Three ? PeerResponseKind.Refused : null;
        others.Lose(Three, 33);
        partition.State.Upkeep.StartRebuild();
        others.Run();
        Assert.True(partition.State.Upkeep.IsRebuilding);

        others.InsteadOfStoring = (_, _) => null;
        others.Pass(TimeSpan.FromSeconds(1));

        AssertRebuilt(partition, others);
    }

    /// <summary>A quorum needs the voter that has no room, so no answer that may come would end the copy.</summary>
    [Fact]
    public void Copy_ThatAVoterCannotStore_HoldsBackNoClientAndIsMadeOnceThereIsRoom()
    {
        var (partition, others) = CreateWithKeys();
        others.InsteadOfStoring = (node, request) => node == Two && request.Key == KeyOf(1) ? PeerResponseKind.Unavailable : null;
        others.Lose(Three, 33);
        partition.State.Upkeep.StartRebuild();
        others.Run();
        others.Pass(TimeSpan.FromMilliseconds(500));

        others.InsteadOfStoring = (_, _) => null;
        var put = partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = KeyOf(1) });
        others.Run();
        Assert.Equal(OperationOutcome.Applied, partition.Results[put].Outcome);

        others.Pass(TimeSpan.FromSeconds(1));
        AssertRebuilt(partition, others);
    }

    [Fact]
    public void Copy_ThatTheOwnReplicaCannotStore_HoldsBackNoClientAndIsMadeOnceThereIsRoom()
    {
        var (partition, others) = CreateWithKeys();
        others.Lose(Three, 33);

        // The copy is thought to have room, and has none when it comes to storing it: another partition took it.
        partition.NextRooms.Enqueue(NotAppliedReason.None);
        partition.NextRooms.Enqueue(NotAppliedReason.StorageUnavailable);
        partition.State.Upkeep.StartRebuild();
        others.Run();
        var delete = partition.Submit(OperationKind.Delete);
        others.Run();

        Assert.Equal(OperationOutcome.Applied, partition.Results[delete].Outcome);
        others.Pass(TimeSpan.FromSeconds(1));
        AssertRebuilt(partition, others);
    }

    /// <summary>The quorum could do without the voter that has no room, but one more is silent.</summary>
    [Fact]
    public void Copy_ThatOneCannotStoreAndOneMisses_AsksThemAgain()
    {
        var (partition, others) = CreateWithKeys(nodes: 5);
        others.Lose(Five, 55);
        others.InsteadOfStoring = (node, _) => node == Two ? PeerResponseKind.Unavailable : null;
        others.Loses = (node, request) => node != Five && node != Two && node != Three && request.Kind == PeerRequestKind.Accept;
        partition.State.Upkeep.StartRebuild();
        others.Run();
        Assert.True(partition.State.Upkeep.IsRebuilding);

        others.InsteadOfStoring = (_, _) => null;
        others.Pass(TimeSpan.FromSeconds(1));

        AssertRebuilt(partition, others, Five);
    }

    [Fact]
    public void Rebuild_WhileTheOwnDiskIsFull_GoesOnOnceThereIsRoom()
    {
        var (partition, others) = CreateWithKeys();
        others.Lose(Three, 33);
        partition.Room = NotAppliedReason.StorageFull;
        partition.State.Upkeep.StartRebuild();
        others.Run();
        others.Pass(TimeSpan.FromMilliseconds(500));
        Assert.True(partition.State.Upkeep.IsRebuilding);
        Assert.True(partition.State.Upkeep.HasWork);

        partition.Room = NotAppliedReason.None;
        others.Pass(TimeSpan.FromSeconds(1));

        AssertRebuilt(partition, others);
    }

    [Fact]
    public void Learner_ThatIsDead_HoldsBackNoOther()
    {
        var (partition, others) = CreateWithKeys(nodes: 5);
        others.Lose(Four, 44);
        others.Lose(Five, 55);
        partition.Dead.Add(Four);

        Rebuild(partition, others);

        AssertRebuilt(partition, others, Five);
        Assert.False(partition.State.Upkeep.HasLearnerToRebuild);
        partition.Dead.Clear();
        Assert.True(partition.State.Upkeep.HasLearnerToRebuild);
    }

    /// <summary>The learner's process answers, but its disk does not: it is neither dead nor getting on.</summary>
    [Theory]
    [InlineData(PeerRequestKind.Rebuild)]
    [InlineData(PeerRequestKind.Accept)]
    [InlineData(PeerRequestKind.Rebuilt)]
    public void Learner_ThatComesToAStandstill_GivesItsTurnToTheNext(PeerRequestKind unanswered)
    {
        var (partition, others) = CreateWithKeys(nodes: 5);
        others.Lose(Four, 44);
        others.Lose(Five, 55);
        others.Loses = (node, request) => node == Four && request.Kind == unanswered;

        Rebuild(partition, others);
        others.Pass(TimeSpan.FromSeconds(3));
        Assert.False(partition.State.Upkeep.IsRebuilding);
        Assert.True(partition.State.HoldsBallot);
        Rebuild(partition, others);
        AssertRebuilt(partition, others, Five);

        // What stood still once may go on later, under the same ballot.
        others.Loses = (_, _) => false;
        Rebuild(partition, others);
        AssertRebuilt(partition, others, Four);
    }

    [Fact]
    public void Learner_ThatIsSilent_CostsNoBallot()
    {
        var (partition, others) = CreateWithKeys();
        others.Lose(Three, 33);
        others.Loses = (node, _) => node == Three;
        partition.State.Upkeep.StartRebuild();
        others.Run();

        others.Pass(Options.GiveUpAfter * 1.5);

        Assert.True(partition.State.HoldsBallot);
        Assert.True(partition.State.Upkeep.IsRebuilding);
    }

    /// <summary>
    /// A late Accept of before may be above the fence of the message. So the fence is raised with every sending, and a tombstone stays to
    /// meet what comes later still.
    /// </summary>
    [Fact]
    public void Rebuild_SentAgain_FencesOffWhatWasStampedMeanwhile()
    {
        var (partition, others) = CreateWithKeys();
        others.Lose(Three, 33);
        others.Loses = (node, _) => node == Three;
        partition.State.Upkeep.StartRebuild();
        others.Run();
        var first = partition.Sent.Last(sent => sent.Request.Kind == PeerRequestKind.Rebuild).Request;
        var put = partition.Submit(OperationKind.Put);
        others.Run();

        others.Pass(TimeSpan.FromMilliseconds(400));

        var second = partition.Sent.Last(sent => sent.Request.Kind == PeerRequestKind.Rebuild).Request;
        Assert.True(second.PurgeStamp > first.PurgeStamp);
        Assert.True(second.PurgeStamp >= partition.Results[put].Revision);
        Assert.Equal(first.Id, second.Id);
    }

    [Fact]
    public void Purge_WhileALearnerIsKnown_IsNotBegun()
    {
        var (partition, others) = CreateWithKeys();
        Assert.True(partition.State.Upkeep.MayPurge);
        others.Lose(Three, 33);
        others.Run();
        Assert.False(partition.State.Upkeep.MayPurge);

        var purge = new PendingPurge(Key);
        partition.State.Submit(purge);
        others.Run();

        Assert.True(purge.IsDone);
        Assert.False(purge.IsPurged);
        Assert.DoesNotContain(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Purge);

        Rebuild(partition, others);
        Assert.True(partition.State.Upkeep.MayPurge);
        purge = new PendingPurge(Key);
        partition.State.Submit(purge);
        others.Run();
        Assert.True(purge.IsPurged);
    }

    /// <summary>A node that turns out to be a learner may hold the older value, whatever the tombstone's coordinator thought.</summary>
    [Fact]
    public void Purge_ThatALearnerAnswers_SendsNoPurge()
    {
        var (partition, others) = CreateWithKeys();
        others.Learners[Three] = 33;

        var purge = new PendingPurge(Key);
        partition.State.Submit(purge);
        others.Run();

        Assert.True(purge.IsDone);
        Assert.DoesNotContain(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Purge);
    }

    private static (PartitionFixture Partition, ScriptedReplicas Others) Create(int nodes = 3, ProtocolOptions? options = null)
    {
        var partition = new PartitionFixture(nodes: nodes, options: options);
        var others = new ScriptedReplicas(partition);
        var delete = partition.Submit(OperationKind.Delete);
        others.Run();
        Assert.Equal(OperationOutcome.Applied, partition.Results[delete].Outcome);
        return (partition, others);
    }

    /// <summary>A partition of seven keys that every replica holds; the first one is deleted.</summary>
    private static (PartitionFixture Partition, ScriptedReplicas Others) CreateWithKeys(int nodes = 3)
    {
        var (partition, others) = Create(nodes);
        for (var i = 0; i < 6; i++)
        {
            partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = KeyOf(i) });
        }

        others.Run();
        Assert.All(partition.Results.Values, result => Assert.Equal(OperationOutcome.Applied, result.Outcome));
        return (partition, others);
    }

    private static void Rebuild(PartitionFixture partition, ScriptedReplicas others)
    {
        Assert.True(partition.State.Upkeep.HasLearnerToRebuild);
        partition.State.Upkeep.StartRebuild();
        others.Run();
    }

    private static void AssertRebuilt(PartitionFixture partition, ScriptedReplicas others, NodeId? learner = null)
    {
        var rebuilt = learner ?? Three;
        Assert.False(partition.State.Upkeep.IsRebuilding);
        Assert.DoesNotContain(rebuilt, others.Learners.Keys);
        Assert.Equal([Key, .. Enumerable.Range(0, 6).Select(KeyOf)], others.EntriesOf(rebuilt).Keys);
    }

    private static StoreKey KeyOf(int number) => StoreKey.Create("default", System.Text.Encoding.UTF8.GetBytes($"key{number}"));
}
