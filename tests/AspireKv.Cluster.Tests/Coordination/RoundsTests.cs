using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>What answers and silence of the other replicas make of a question.</summary>
public sealed class RoundsTests
{
    private static readonly TimeSpan LongAgo = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    private readonly PartitionFixture _partition = new PartitionFixture().Hold();

    [Fact]
    public void Put_WhereOneReplicaCannotStore_IsAppliedByTheOthers()
    {
        var put = _partition.Submit(OperationKind.Put);
        _partition.Reply(Three, PeerRequestKind.Accept, PeerResponseKind.Unavailable);
        _partition.Sync();
        Assert.DoesNotContain(put, _partition.Results.Keys);

        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.Equal(OperationOutcome.Applied, _partition.Results[put].Outcome);
    }

    [Fact]
    public void Put_WhereOneReplicaSaysTwiceThatItCannotStore_EndsWithTheSecondReplica()
    {
        var put = _partition.Submit(OperationKind.Put);
        _partition.Sync();
        _partition.Reply(Three, PeerRequestKind.Accept, PeerResponseKind.Unavailable);
        _partition.Reply(Three, PeerRequestKind.Accept, PeerResponseKind.Unavailable);
        Assert.DoesNotContain(put, _partition.Results.Keys);

        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Unavailable);

        Assert.Equal(OperationOutcome.Unknown, _partition.Results[put].Outcome);
    }

    /// <summary>Nobody was asked for long, so nobody is missed.</summary>
    [Fact]
    public void Holder_AfterALongSilenceOfItsOwn_KeepsTheBallotForTheFirstQuestion()
    {
        _partition.Now = LongAgo;
        _partition.Submit(OperationKind.Put);

        _partition.State.Tick(LongAgo + Instant);

        Assert.True(_partition.State.HoldsBallot);
    }

    /// <summary>The quorum is there, whatever became of the one question.</summary>
    [Fact]
    public void Holder_WithOneQuestionUnansweredForLongAndAnotherAnswered_KeepsTheBallot()
    {
        _partition.Now = LongAgo;
        _partition.Submit(OperationKind.Put);
        _partition.Now += Options.GiveUpAfter - Instant;
        _partition.Submit(new ClientOperation { Kind = OperationKind.Delete, Key = StoreKey.Create("default", "other"u8) });
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        _partition.Now += Instant;
        _partition.State.Tick(_partition.Now);
        Assert.True(_partition.State.HoldsBallot);

        _partition.Now += Options.GiveUpAfter;
        _partition.State.Tick(_partition.Now);
        Assert.False(_partition.State.HoldsBallot);
    }

    /// <summary>The stream had no room, and stays the same one.</summary>
    [Fact]
    public void Send_ThatTheStreamDidNotTake_IsMadeAgainOnTheSameStream()
    {
        var first = _partition.Submit(OperationKind.Put);
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        Assert.Contains(first, _partition.Results.Keys);
        _partition.Sent.Clear();
        _partition.Links[Two] = 0;
        var put = _partition.Submit(OperationKind.Put);
        Assert.Equal([Two, Three], _partition.Sent.Select(sent => sent.To));
        _partition.Links.Remove(Two);
        _partition.Sent.Clear();

        _partition.State.Resend(put);

        Assert.Equal([Two], _partition.Sent.Select(sent => sent.To));
    }

    [Fact]
    public void Send_ThatOneStreamDidNotTake_IsNotMadeAgainOnTheOther()
    {
        _partition.Links[Three] = 0;
        var put = _partition.Submit(OperationKind.Put);
        _partition.Sent.Clear();

        _partition.State.Resend(put);
        _partition.State.Resend(put);

        Assert.DoesNotContain(Two, _partition.Sent.Select(sent => sent.To));
    }

    /// <summary>A start of the process numbers its questions from 1, as the one before did.</summary>
    [Fact]
    public void Answer_ToAnotherStartOfTheProcess_CountsForNothing()
    {
        var put = _partition.Submit(OperationKind.Put);
        _partition.Sync();
        var request = _partition.Sent[^1].Request;

        _partition.State.OnResponse(Two, new PeerResponse
        {
            Kind = PeerResponseKind.Accepted,
            Partition = 0,
            Id = request.Id with { Process = Process + 1 },
            Ballot = request.Ballot,
            Epoch = 1,
        });

        Assert.DoesNotContain(put, _partition.Results.Keys);
        Assert.True(_partition.State.Awaits(request.Id));
        Assert.False(_partition.State.Awaits(request.Id with { Process = Process + 1 }));
    }

    /// <summary>The own disk is waited for, however slow: a new ballot would only give it more to do.</summary>
    [Fact]
    public void Prepare_WhoseOwnPromiseIsNotDurable_IsWaitedFor()
    {
        var partition = new PartitionFixture();
        partition.Submit(OperationKind.Put);
        var placed = partition.Placed.Count;

        partition.State.Tick(LongAgo);

        Assert.Equal(placed, partition.Placed.Count);
        Assert.Empty(partition.Sent);
    }

    [Fact]
    public void Get_WhereTheReplicasAgree_WritesNothingAndSettlesTheKey()
    {
        var partition = new PartitionFixture();
        partition.Place(new EntryAccepted(0, Key, Value(0, 3)));
        var get = partition.Submit(OperationKind.Get);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);
        partition.Sync();

        partition.Reply(Two, PeerRequestKind.Read, PeerResponseKind.ReadResult, Value(0, 3));
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);

        Assert.Equal(OperationOutcome.Found, partition.Results[get].Outcome);
        Assert.DoesNotContain(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Accept);
        partition.Sent.Clear();
        partition.Submit(OperationKind.Get);
        Assert.All(partition.Sent, sent => Assert.Equal(PeerRequestKind.Confirm, sent.Request.Kind));
    }

    [Fact]
    public void Get_WhereTheReplicasHoldDifferentEntries_FindsTheNewest()
    {
        var partition = new PartitionFixture();
        partition.Place(new EntryAccepted(0, Key, Value(0, 1, "older")));
        partition.Submit(OperationKind.Get);
        partition.Sync();
        partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);
        partition.Sync();

        partition.Reply(Two, PeerRequestKind.Read, PeerResponseKind.ReadResult, Value(0, 3, "newer"));

        var written = partition.Sent.Last(sent => sent.Request.Kind == PeerRequestKind.Accept).Request.Entry!;
        Assert.Equal(Value(0, 3).Revision, written.Revision);
    }

    [Fact]
    public void OnlyNode_IsItsOwnQuorum()
    {
        var partition = new PartitionFixture(nodes: 1);
        var put = partition.Submit(OperationKind.Put);
        partition.Sync();
        Assert.Equal(OperationOutcome.Applied, partition.Results[put].Outcome);

        var get = partition.Submit(OperationKind.Get);
        partition.Sync();

        Assert.Equal(OperationOutcome.Found, partition.Results[get].Outcome);
    }

    /// <summary>A quorum for the old stamp is none for the new one.</summary>
    [Fact]
    public void Accepted_UnderTheStampBeforeTheLast_CountsForNothing()
    {
        var put = _partition.Submit(OperationKind.Put);
        _partition.Sync();
        var first = _partition.Sent[^1].Request;
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Refused);
        _partition.Sync();

        _partition.State.OnResponse(Three, new PeerResponse
        {
            Kind = PeerResponseKind.Accepted,
            Partition = 0,
            Id = first.Id,
            Ballot = first.Ballot,
            Epoch = 1,
        });
        Assert.DoesNotContain(put, _partition.Results.Keys);

        _partition.Reply(Three, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        Assert.Equal(OperationOutcome.Applied, _partition.Results[put].Outcome);
    }

    [Theory]
    [InlineData(ConditionKind.Exists, true, false, true)]
    [InlineData(ConditionKind.Exists, false, false, false)]
    [InlineData(ConditionKind.DoesNotExist, true, false, false)]
    [InlineData(ConditionKind.DoesNotExist, false, false, true)]
    [InlineData(ConditionKind.RevisionIsOneOf, true, true, true)]
    [InlineData(ConditionKind.RevisionIsOneOf, true, false, false)]
    [InlineData(ConditionKind.RevisionIsOneOf, false, false, false)]
    [InlineData(ConditionKind.RevisionIsNoneOf, true, true, false)]
    [InlineData(ConditionKind.RevisionIsNoneOf, true, false, true)]
    [InlineData(ConditionKind.RevisionIsNoneOf, false, false, true)]
    public void Condition_AgainstThePresentValue_HoldsOrFails(ConditionKind condition, bool exists, bool isNamed, bool holds)
    {
        var before = _partition.Submit(exists ? OperationKind.Put : OperationKind.Delete);
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        var revision = isNamed ? _partition.Results[before].Revision : new Stamp(new Ballot(1, Two), 77);

        var put = _partition.Submit(OperationKind.Put, condition, revision);
        _partition.Sync();
        if (holds)
        {
            _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        }
        else
        {
            _partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        }

        Assert.Equal(holds ? OperationOutcome.Applied : OperationOutcome.ConditionFailed, _partition.Results[put].Outcome);
    }

    [Fact]
    public void Condition_ThatFails_NamesThePresentRevision()
    {
        var put = _partition.Submit(OperationKind.Put);
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        var failed = _partition.Submit(OperationKind.Put, ConditionKind.DoesNotExist);
        _partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);

        Assert.Equal(OperationOutcome.ConditionFailed, _partition.Results[failed].Outcome);
        Assert.Equal(_partition.Results[put].Revision, _partition.Results[failed].Revision);
        Assert.NotEqual(Stamp.Zero, _partition.Results[failed].Revision);
    }
}
