using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>Reads that share the rounds in which a quorum confirms the ballot, where some of them are abandoned.</summary>
public sealed class ConfirmationTests
{
    private readonly PartitionFixture _partition = new PartitionFixture().Hold();

    [Fact]
    public void Round_OnceNobodyWaits_IsFollowedByNone()
    {
        Get();
        var sent = _partition.Sent.Count;

        Confirm();

        Assert.Equal(sent, _partition.Sent.Count);
        Assert.False(_partition.State.Upkeep.HasWork);
    }

    [Fact]
    public void Abandoned_WhileItWaitsForTheNextRound_IsAnsweredOnce()
    {
        Get();
        var abandoned = Get();
        _partition.State.Abandon(abandoned);

        Confirm();
        Confirm();

        Assert.Equal(OperationOutcome.NotApplied, _partition.Results[abandoned].Outcome);
    }

    [Fact]
    public void Abandoned_WhileOthersWaitForTheSameRound_LeavesThemTheirAnswer()
    {
        Get();
        var (abandoned, other) = (Get(), Get());
        Confirm();
        _partition.State.Abandon(abandoned);

        Confirm();

        Assert.Equal(OperationOutcome.NotFound, _partition.Results[other].Outcome);
    }

    /// <summary>The round was sent before the other read came, so its answers may be older than that read.</summary>
    [Fact]
    public void Abandoned_TheOnlyReadOfARound_LeavesTheRoundsAnswersToNobody()
    {
        var abandoned = Get();
        var (_, confirm) = _partition.Sent.Last(sent => sent.To == Two);
        var next = Get();
        _partition.State.Abandon(abandoned);

        _partition.State.OnResponse(Two, new PeerResponse
        {
            Kind = PeerResponseKind.Confirmed,
            Partition = 0,
            Id = confirm.Id,
            Ballot = confirm.Ballot,
            Epoch = 1,
        });

        Assert.DoesNotContain(next, _partition.Results.Keys);
        Confirm();
        Assert.Equal(OperationOutcome.NotFound, _partition.Results[next].Outcome);
    }

    private PendingOperation Get() => _partition.Submit(OperationKind.Get);

    private void Confirm() => _partition.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
}
