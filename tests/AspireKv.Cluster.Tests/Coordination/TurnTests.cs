using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>Many operations on one key, and answers that say no.</summary>
public sealed class TurnTests
{
    /// <summary>A third of the stack that threads have on the systems with the smallest ones.</summary>
    private const int StackBytes = 512 * 1024;

    private static readonly StoreKey Other = StoreKey.Create("default", "other"u8);

    [Theory]
    [InlineData(OperationKind.Get)]
    [InlineData(OperationKind.Put)]
    public void Operations_ThatWaitForOneKeyInThousands_TakeTheirTurnsOnASmallStack(OperationKind kind)
    {
        const int Waiting = 4_096;
        var partition = new PartitionFixture().Hold();
        partition.Submit(OperationKind.Put);
        var waiting = Enumerable.Range(0, Waiting).Select(_ => partition.Submit(kind)).ToArray();

        // Gets are over at once but for a Confirm, and puts at once since there is no room: each passes its turn on as it begins.
        partition.Room = NotAppliedReason.StorageFull;
        OnASmallStack(() =>
        {
            partition.Sync();
            partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
            for (var i = 0; i < 2 && kind == OperationKind.Get; i++)
            {
                partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
            }
        });

        var expected = kind == OperationKind.Get ? OperationOutcome.Found : OperationOutcome.NotApplied;
        Assert.All(waiting, operation => Assert.Equal(expected, partition.Results[operation].Outcome));
    }

    [Fact]
    public void Operations_OnOneKey_TakeTheirTurnsOneAfterTheOther()
    {
        var partition = new PartitionFixture().Hold();
        PendingOperation[] puts = [.. Enumerable.Range(0, 3).Select(_ => partition.Submit(OperationKind.Put))];

        foreach (var put in puts)
        {
            Assert.DoesNotContain(put, partition.Results.Keys);
            partition.Sync();
            partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
            Assert.Equal(OperationOutcome.Applied, partition.Results[put].Outcome);
        }
    }

    [Fact]
    public void Operation_AbandonedWhileItWaitsForTheBallot_IsNotCarriedOut()
    {
        var partition = new PartitionFixture();
        var put = partition.Submit(OperationKind.Put);
        partition.Sync();

        partition.State.Abandon(put);
        partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);

        Assert.True(partition.State.HoldsBallot);
        Assert.Equal((OperationOutcome.NotApplied, NotAppliedReason.NoQuorum), OutcomeOf(partition, put));
        Assert.DoesNotContain(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Accept);
    }

    [Fact]
    public void Operations_OnOneKeyOverTheBound_AreRefusedAsOverload()
    {
        var partition = new PartitionFixture(options: Options with { MaxWaitingPerKey = 2 }).Hold();
        var put = partition.Submit(OperationKind.Put);
        var waiting = new[] { partition.Submit(OperationKind.Put), partition.Submit(OperationKind.Get) };

        var refused = partition.Submit(OperationKind.Put);
        var other = partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = Other });

        Assert.Equal((OperationOutcome.NotApplied, NotAppliedReason.Overloaded), OutcomeOf(partition, refused));
        Assert.DoesNotContain(other, partition.Results.Keys);
        Assert.DoesNotContain(waiting[0], partition.Results.Keys);

        // A place that is given up can be taken.
        partition.State.Abandon(waiting[1]);
        Assert.DoesNotContain(partition.Submit(OperationKind.Put), partition.Results.Keys);
        Assert.DoesNotContain(put, partition.Results.Keys);
    }

    [Fact]
    public void WriteBack_ThatTheOwnReplicaCannotStore_EndsAtOnce()
    {
        var partition = new PartitionFixture().Hold();
        var get = partition.Submit(new ClientOperation { Kind = OperationKind.Get, Key = Other });
        partition.Sync();
        partition.Room = NotAppliedReason.StorageUnavailable;

        partition.Reply(Two, PeerRequestKind.Read, PeerResponseKind.ReadResult, Value(0, 3));
        partition.Sync();

        Assert.Equal((OperationOutcome.NotApplied, NotAppliedReason.NoQuorum), OutcomeOf(partition, get));
    }

    /// <summary>A purge needs everybody, so there is nothing to wait for; the next pass tries again.</summary>
    [Fact]
    public void Purge_ThatOneReplicaCannotStore_EndsAtOnce()
    {
        var partition = new PartitionFixture().Hold();
        var others = new ScriptedReplicas(partition) { InsteadOfStoring = (node, _) => node == Two ? PeerResponseKind.Unavailable : null };
        others.EntriesOf(Two)[Key] = Value(0, 1);

        var purge = new PendingPurge(Key);
        partition.State.Submit(purge);
        others.Run();

        Assert.True(purge.IsDone);
        Assert.False(purge.IsPurged);
    }

    [Fact]
    public void Purge_ThatOneReplicaDoesNotHear_IsSentAgainUntilEveryoneDroppedTheTombstone()
    {
        var partition = new PartitionFixture();
        var others = new ScriptedReplicas(partition);
        partition.Submit(OperationKind.Delete);
        others.Run();
        others.Loses = (node, request) => node == Three && request.Kind == PeerRequestKind.Purge;

        var purge = new PendingPurge(Key);
        partition.State.Submit(purge);
        others.Run();
        Assert.False(purge.IsDone);

        others.Loses = (_, _) => false;
        partition.State.Resend(purge);
        others.Run();
        Assert.True(purge.IsPurged);
        Assert.Empty(others.EntriesOf(Three));
    }

    /// <summary>Each refusal is answered with a newer stamp, but not for ever.</summary>
    [Fact]
    public void Put_RefusedAgainAndAgain_Ends()
    {
        var partition = new PartitionFixture().Hold();
        var put = partition.Submit(OperationKind.Put);

        for (var i = 0; i <= Options.MaxRestamps; i++)
        {
            Assert.DoesNotContain(put, partition.Results.Keys);
            partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Refused);
        }

        Assert.Equal(OperationOutcome.Unknown, partition.Results[put].Outcome);
    }

    [Fact]
    public void Put_WhereALearnerIsKnownAndTheOtherVoterCannotStore_Ends()
    {
        var partition = new PartitionFixture();
        var others = new ScriptedReplicas(partition);
        others.Lose(Three, 33);
        others.InsteadOfStoring = (node, _) => node == Two ? PeerResponseKind.Unavailable : null;

        var put = partition.Submit(OperationKind.Put);
        others.Run();

        Assert.Equal(OperationOutcome.Unknown, partition.Results[put].Outcome);
    }

    /// <summary>The step that was to end the coordinator broke off after the promise was placed.</summary>
    [Fact]
    public void Confirm_AfterTheOwnReplicaPromisedAnotherBallot_DoesNotCountTheOwnVote()
    {
        var partition = new PartitionFixture().Hold();
        partition.FailsToAnswer = true;
        Assert.Throws<InvalidOperationException>(() => partition.State.OnRequest(Three, Request(PeerRequestKind.Prepare, 50)));
        partition.FailsToAnswer = false;

        var get = partition.Submit(OperationKind.Get);
        partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);

        Assert.DoesNotContain(get, partition.Results.Keys);
    }

    [Fact]
    public void Replica_ThatSaysItsConfigIsOlder_IsSentTheConfigAgain()
    {
        var partition = new PartitionFixture().Hold();
        partition.Submit(OperationKind.Put);
        partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        partition.Submit(OperationKind.Put);
        partition.Sync();
        var known = partition.Sent.Last(sent => sent.To == Two).Request;
        Assert.Null(known.Config);

        // The replica lost it with its disk.
        partition.State.OnResponse(Two, new PeerResponse
        {
            Kind = PeerResponseKind.EpochRejected,
            Partition = 0,
            Id = known.Id,
            Ballot = known.Ballot,
            Epoch = 0,
        });

        var again = partition.Sent.Last(sent => sent.To == Two).Request;
        Assert.Equal(known.Id, again.Id);
        Assert.Equal(1, again.Config!.Epoch);
    }

    private static (OperationOutcome Outcome, NotAppliedReason Reason) OutcomeOf(
        PartitionFixture partition, PendingOperation operation) =>
        (partition.Results[operation].Outcome, partition.Results[operation].Reason);

    private static void OnASmallStack(Action action)
    {
        Exception? thrown = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    action();
                }
                catch (Exception exception)
                {
                    thrown = exception;
                }
            },
            StackBytes);
        thread.Start();
        thread.Join();
        Assert.Null(thrown);
    }
}
