using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

public sealed class CoordinatorTests
{
    [Fact]
    public void Prepare_BeforeTheOwnPromiseIsDurable_SendsNothing()
    {
        var partition = new PartitionFixture();

        partition.Submit(OperationKind.Get);

        Assert.Empty(partition.Sent);
        partition.Sync();
        Assert.Equal([Two, Three], partition.Sent.Select(sent => sent.To));
    }

    [Fact]
    public void Put_AcknowledgedByOthersOnly_WaitsForTheOwnDisk()
    {
        var partition = new PartitionFixture().Hold();

        var put = partition.Submit(OperationKind.Put);
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        partition.Reply(Three, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.DoesNotContain(put, partition.Results);
        partition.Sync();
        Assert.Equal(OperationOutcome.Applied, partition.Results[put].Outcome);
    }

    [Fact]
    public void Put_OneAnswerDeliveredTwice_IsNoQuorum()
    {
        var partition = new PartitionFixture().Hold();

        var put = partition.Submit(OperationKind.Put);
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.DoesNotContain(put, partition.Results);
    }

    [Fact]
    public void Put_AnswerOfALearner_IsNotCounted()
    {
        var partition = new PartitionFixture().Hold();
        var put = partition.Submit(OperationKind.Put);
        partition.Sync();
        var request = partition.Sent[^1].Request;

        partition.State.OnResponse(Three, new PeerResponse
        {
            Kind = PeerResponseKind.Accepted,
            Partition = 0,
            Id = request.Id,
            Ballot = request.Ballot,
            Epoch = 1,
            IsLearner = true,
        });

        Assert.Equal(OperationOutcome.Unknown, partition.Results[put].Outcome);
    }

    [Fact]
    public void Get_OfASettledKey_WaitsForAConfirmSentAfterItCame()
    {
        var partition = new PartitionFixture().Hold();
        var first = partition.Submit(OperationKind.Get);
        var second = partition.Submit(OperationKind.Get);

        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);

        Assert.Equal(OperationOutcome.NotFound, partition.Results[first].Outcome);
        Assert.DoesNotContain(second, partition.Results);
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        Assert.Equal(OperationOutcome.NotFound, partition.Results[second].Outcome);
    }

    [Fact]
    public void Get_ReplicasDisagree_WritesTheNewestBackWithItsRevision()
    {
        var partition = new PartitionFixture();
        var newest = Value(0, 3);
        var get = partition.Submit(OperationKind.Get);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);
        partition.Sync();

        partition.Reply(Two, PeerRequestKind.Read, PeerResponseKind.ReadResult, newest);
        partition.Sync();
        var written = partition.Sent.Last(sent => sent.Request.Kind == PeerRequestKind.Accept).Request.Entry!;
        Assert.Equal(newest.Revision, written.Revision);
        Assert.True(written.Stamp > newest.Stamp);

        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        Assert.Equal(newest.Revision, partition.Results[get].Revision);
        Assert.Equal(OperationOutcome.Found, partition.Results[get].Outcome);
    }

    [Fact]
    public void CompareAndSet_ThatFails_IsAnsweredOnlyAfterAConfirm()
    {
        var partition = new PartitionFixture().Hold();

        var compare = partition.Submit(OperationKind.Put, ConditionKind.Exists);

        Assert.DoesNotContain(compare, partition.Results);
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        Assert.Equal(OperationOutcome.ConditionFailed, partition.Results[compare].Outcome);
    }

    [Fact]
    public void CompareAndSet_WithThePresentRevision_IsApplied()
    {
        var partition = new PartitionFixture().Hold();
        var put = partition.Submit(OperationKind.Put, ConditionKind.DoesNotExist);
        Acknowledge(partition);
        var revision = partition.Results[put].Revision;

        var swap = partition.Submit(OperationKind.Put, ConditionKind.RevisionIsOneOf, revision);
        Acknowledge(partition);
        var late = partition.Submit(OperationKind.Put, ConditionKind.RevisionIsOneOf, revision);
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);

        Assert.Equal(OperationOutcome.Applied, partition.Results[swap].Outcome);
        Assert.True(partition.Results[swap].Revision > revision);
        Assert.Equal(OperationOutcome.ConditionFailed, partition.Results[late].Outcome);
    }

    [Fact]
    public void OperationsOnOneKey_TakeTurns()
    {
        var partition = new PartitionFixture().Hold();
        var put = partition.Submit(OperationKind.Put);
        var get = partition.Submit(OperationKind.Get);

        Assert.DoesNotContain(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Confirm);
        Acknowledge(partition);
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);

        Assert.Equal(partition.Results[put].Revision, partition.Results[get].Revision);
    }

    [Fact]
    public void Abandon_AfterTheAcceptLeft_IsUnknownAndTheNextReadSettlesFirst()
    {
        var partition = new PartitionFixture().Hold();
        var put = partition.Submit(OperationKind.Put);
        partition.Sync();

        partition.State.Abandon(put);
        partition.Submit(OperationKind.Get);

        Assert.Equal(OperationOutcome.Unknown, partition.Results[put].Outcome);
        Assert.Equal(PeerRequestKind.Read, partition.Sent[^1].Request.Kind);
    }

    [Fact]
    public void Abandon_BeforeAnyAcceptLeft_IsNotApplied()
    {
        var partition = new PartitionFixture();
        var put = partition.Submit(OperationKind.Put);

        partition.State.Abandon(put);

        Assert.Equal(OperationOutcome.NotApplied, partition.Results[put].Outcome);
        Assert.Equal(NotAppliedReason.NoQuorum, partition.Results[put].Reason);
    }

    [Fact]
    public void Abandon_OfTheOnlyReadOfALostConfirm_LetsTheNextOneStart()
    {
        var partition = new PartitionFixture().Hold();
        var lost = partition.Submit(OperationKind.Get);
        var next = partition.Submit(OperationKind.Get);

        partition.State.Abandon(lost);
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);

        Assert.Equal(OperationOutcome.NotFound, partition.Results[next].Outcome);
    }

    [Fact]
    public void Resend_AfterAReconnect_RepeatsTheSameStampToThoseWhoHaveNotAnswered()
    {
        var partition = new PartitionFixture().Hold();
        var put = partition.Submit(OperationKind.Put);
        var first = partition.Sent[^1].Request;
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        partition.Sent.Clear();
        partition.Reconnect(Two);
        partition.Reconnect(Three);
        partition.State.Resend(put);

        var (to, request) = Assert.Single(partition.Sent);
        Assert.Equal(Three, to);
        Assert.Equal(first.Entry!.Stamp, request.Entry!.Stamp);
        Assert.Equal(first.Id, request.Id);
    }

    [Fact]
    public void Refused_StampsTheSameRevisionAnew()
    {
        var partition = new PartitionFixture().Hold();
        var put = partition.Submit(OperationKind.Put);
        var first = partition.Sent[^1].Request.Entry!;

        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Refused);
        var second = partition.Sent[^1].Request.Entry!;
        Acknowledge(partition);

        Assert.True(second.Stamp > first.Stamp);
        Assert.Equal(first.Revision, second.Revision);
        Assert.Equal(first.Revision, partition.Results[put].Revision);
    }

    [Fact]
    public void HigherBallotShown_SentWriteIsUnknownAndTheUnsentIsForwarded()
    {
        var partition = new PartitionFixture().Hold();
        var sent = partition.Submit(OperationKind.Put);
        var waiting = partition.Submit(OperationKind.Put);

        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.BallotRejected, promised: new Ballot(50, Three));

        Assert.Equal(OperationOutcome.Unknown, partition.Results[sent].Outcome);
        Assert.Equal([(waiting, Three)], partition.Forwarded);
        Assert.False(partition.State.HoldsBallot);
        Assert.Equal(Three, partition.State.Holder);
    }

    [Fact]
    public void OwnReplicaPromisesHigher_CoordinatorEndsAtOnce()
    {
        var partition = new PartitionFixture().Hold();

        partition.Ask(Request(PeerRequestKind.Prepare, 50));

        Assert.False(partition.State.HoldsBallot);
    }

    [Fact]
    public void Holder_Dead_IsOutbidWithAHigherRound()
    {
        var partition = new PartitionFixture();
        partition.Ask(Request(PeerRequestKind.Prepare, 5));
        partition.Dead.Add(Two);

        partition.Submit(OperationKind.Get);
        partition.Sync();

        Assert.Equal(new Ballot(6, One), partition.Sent[^1].Request.Ballot);
    }

    [Fact]
    public void Prepare_WithoutAQuorumInTime_IsTriedAgainUnderAHigherRound()
    {
        var partition = new PartitionFixture();
        partition.Submit(OperationKind.Get);
        partition.Sync();
        var first = partition.Sent[^1].Request.Ballot;

        partition.Now = TimeSpan.FromSeconds(1);
        partition.State.Tick(partition.Now);
        partition.Now = TimeSpan.FromSeconds(2);
        partition.State.Tick(partition.Now);
        partition.Sync();

        Assert.True(partition.Sent[^1].Request.Ballot > first);
    }

    /// <summary>Neither what the own disk took before Prepare left nor the answer of one of the others changes the time.</summary>
    [Fact]
    public void Prepare_ThatTooFewPromise_IsGivenUpInTimeAllTheSame()
    {
        var partition = new PartitionFixture(nodes: 5);
        partition.Submit(OperationKind.Get);
        var left = partition.Now = Options.PrepareTimeout * 3;
        partition.Sync();
        var first = partition.Sent[^1].Request;

        partition.Now = left + (Options.PrepareTimeout * 0.9);
        partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);
        partition.State.Tick(partition.Now);
        Assert.True(partition.State.Awaits(first.Id));

        partition.Now = left + Options.PrepareTimeout;
        partition.State.Tick(partition.Now);
        Assert.False(partition.State.Awaits(first.Id));
    }

    [Fact]
    public void Prepare_WithoutAQuorumInTimeAndNobodyAlive_IsRefusedAtOnce()
    {
        var partition = new PartitionFixture();
        partition.Dead.UnionWith([Two, Three]);
        var get = partition.Submit(OperationKind.Get);
        partition.Sync();

        partition.Now = TimeSpan.FromSeconds(1);
        partition.State.Tick(partition.Now);

        Assert.Equal(NotAppliedReason.NoQuorum, partition.Results[get].Reason);
    }

    [Fact]
    public void Holder_WithoutAnyQuorumForLong_Resigns()
    {
        var partition = new PartitionFixture().Hold();
        var put = partition.Submit(OperationKind.Put);

        partition.Now = TimeSpan.FromSeconds(5);
        partition.State.Tick(partition.Now);

        Assert.Equal(OperationOutcome.Unknown, partition.Results[put].Outcome);
        Assert.Equal(2, partition.Sent.Count(sent => sent.Request.Kind == PeerRequestKind.Resigned));
    }

    [Fact]
    public void ExpiredEntry_IsCommittedAsDeletedBeforeItIsNotFound()
    {
        var partition = new PartitionFixture().Hold();
        partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = Key, ExpiresAtUnixMilliseconds = 1_000 });
        Acknowledge(partition);
        partition.UnixMilliseconds = 1_000;

        var get = partition.Submit(OperationKind.Get);
        Assert.True(partition.Sent[^1].Request.Entry!.IsTombstone);
        Acknowledge(partition);
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);

        Assert.Equal(OperationOutcome.NotFound, partition.Results[get].Outcome);
    }

    [Fact]
    public void Purge_OneReplicaSilent_SendsNoPurge()
    {
        var partition = new PartitionFixture().Hold();
        var tombstone = partition.Find(Key)!;
        var purge = new PendingPurge(Key);
        partition.State.Submit(purge);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Read, PeerResponseKind.ReadResult, tombstone);

        Assert.DoesNotContain(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Purge);
        partition.Reply(Three, PeerRequestKind.Read, PeerResponseKind.ReadResult, tombstone);
        Assert.Equal(tombstone.Stamp, partition.Sent[^1].Request.PurgeStamp);
    }

    /// <summary>Found by the simulation: the deleted value came back once its tombstone was gone from the two others.</summary>
    [Fact]
    public void Purge_OneReplicaCannotStoreTheTombstone_SendsNoPurge()
    {
        var partition = new PartitionFixture().Hold();
        var tombstone = partition.Find(Key)!;
        partition.State.Submit(new PendingPurge(Key));
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Read, PeerResponseKind.ReadResult, tombstone);
        partition.Reply(Three, PeerRequestKind.Read, PeerResponseKind.ReadResult, PartitionFixture.Value(round: 0, sequence: 1));
        partition.Sync();

        partition.Reply(Three, PeerRequestKind.Accept, PeerResponseKind.Unavailable);
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.DoesNotContain(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Purge);
    }

    [Fact]
    public void Purge_AClientComes_GivesWay()
    {
        var partition = new PartitionFixture().Hold();
        var purge = new PendingPurge(Key);
        partition.State.Submit(purge);

        var put = partition.Submit(OperationKind.Put);
        Acknowledge(partition);

        Assert.True(purge.IsDone);
        Assert.Equal(OperationOutcome.Applied, partition.Results[put].Outcome);
    }

    private static void Acknowledge(PartitionFixture partition)
    {
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        partition.Sync();
    }
}
