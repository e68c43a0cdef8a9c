using AspireKv.Cluster.Operations;
using AspireKv.Transport.Client;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Tests.Client;

public sealed class PendingRepliesTests
{
    private readonly PendingReplies _replies = new(max: 3);

    [Fact]
    public void TryAdd_AtTheBound_IsRefusedUntilOneIsTaken()
    {
        var all = Enumerable.Range(0, 3).Select(_ => Reply()).ToList();
        Assert.True(_replies.IsEmpty);
        Assert.All(all, reply => Assert.True(_replies.TryAdd(reply)));
        Assert.Equal([1, 2, 3], all.Select(reply => reply.Correlation));
        var next = Reply();
        Assert.False(_replies.TryAdd(next));
        Assert.Null(next.Owner);

        Assert.True(_replies.TryTake(2, out var taken));
        Assert.Same(all[1], taken);
        Assert.False(_replies.TryTake(2, out _));

        // The number of a reply is never used again: its answer may be on its way.
        Assert.True(_replies.TryAdd(next));
        Assert.Equal(4, next.Correlation);
        Assert.False(_replies.IsEmpty);
    }

    [Fact]
    public void TakeExpired_AtADeadline_TakesWhatIsDueAndNothingElse()
    {
        var (due, past, later) = (Reply(10), Reply(9), Reply(11));
        Assert.All([due, past, later], reply => Assert.True(_replies.TryAdd(reply)));

        Assert.Equal<PendingReply>([due, past], _replies.TakeExpired(10));
        Assert.Empty(_replies.TakeExpired(10));
        Assert.Equal<PendingReply>([later], _replies.TakeAll());
        Assert.True(_replies.IsEmpty);
        Assert.Empty(_replies.TakeAll());
    }

    [Fact]
    public async Task TryCancel_OfAReplyThatWaits_EndsItOnce()
    {
        var (cancelled, taken) = (Reply(), Reply());
        Assert.All([cancelled, taken], reply => Assert.True(_replies.TryAdd(reply)));
        _replies.TryTake(taken.Correlation, out _);

        cancelled.TryCancel(CancellationToken.None);
        cancelled.TryCancel(CancellationToken.None);
        taken.TryCancel(CancellationToken.None);

        Assert.Equal(Delivery.Unknown, (await cancelled.Task).Delivery);
        Assert.False(taken.Task.IsCompleted);
        Assert.True(_replies.IsEmpty);
    }

    /// <summary>What was not sent may be asked elsewhere; what was, or may have been, must not.</summary>
    [Fact]
    public async Task Fail_OfAnOperation_TellsTheSentFromTheUnsent()
    {
        var (sent, unsent) = (Reply(), Reply());
        sent.Fail(wasSent: true);
        unsent.Fail(wasSent: false);

        Assert.Equal((Delivery.Unknown, OperationOutcome.Unknown), Ending(await sent.Task));
        Assert.Equal((Delivery.NotSent, OperationOutcome.NotApplied), Ending(await unsent.Task));

        static (Delivery, OperationOutcome) Ending(OperationReply reply) => (reply.Delivery, reply.Result.Outcome);
    }

    private static PendingExecution Reply(long deadline = 0) => new(TaskCreationOptions.None) { Deadline = deadline };
}
