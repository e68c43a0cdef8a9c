using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Topology;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>Who takes the ballot when its holder gives it up, be it while the config changes: one node, and not two at once.</summary>
public sealed class SuccessorTests
{
    private static readonly PartitionConfig Next = ConfigOf(2, [Three, One, Two]);

    private readonly PartitionFixture _partition = new();

    [Fact]
    public void Holder_ThatResigns_NamesTheFirstOfTheOthers()
    {
        _partition.Hold().State.StandDown();

        Assert.All(Sent(PeerRequestKind.Resigned), request => Assert.Equal(Two, request.Successor));
    }

    [Fact]
    public void Holder_WhoseFirstReplicaIsDead_NamesTheNext()
    {
        _partition.Hold().Dead.Add(Two);

        _partition.State.StandDown();

        Assert.All(Sent(PeerRequestKind.Resigned), request => Assert.Equal(Three, request.Successor));
    }

    [Fact]
    public void Named_ThoughItIsNotTheFirst_TakesTheBallot()
    {
        var other = new PartitionFixture(firstReplica: Three);
        other.Ask(Request(PeerRequestKind.Prepare, 9));

        other.State.OnRequest(Two, Request(PeerRequestKind.Resigned, 9) with { Successor = One });
        other.Sync();

        Assert.Contains(other.Sent, sent => sent.Request.Kind == PeerRequestKind.Prepare);
    }

    [Fact]
    public void First_WhereAnotherIsNamed_LeavesItTheBallotAndTheOperations()
    {
        Resign(Three);

        var put = _partition.Submit(OperationKind.Put);

        Assert.Empty(_partition.Sent);
        Assert.Equal([(put, Three)], _partition.Forwarded);
    }

    [Fact]
    public void First_WhereTheNamedOneIsDead_TakesTheBallot()
    {
        Resign(Three);
        _partition.Dead.Add(Three);

        _partition.Submit(OperationKind.Put);
        _partition.Sync();

        Assert.NotEmpty(Sent(PeerRequestKind.Prepare));
    }

    [Fact]
    public void Named_OnceAnotherTookTheBallot_IsExpectedNoMore()
    {
        Resign(Three);
        _partition.Ask(Request(PeerRequestKind.Prepare, 10, node: 2));

        var put = _partition.Submit(OperationKind.Put);

        Assert.Equal([(put, Two)], _partition.Forwarded);
    }

    /// <summary>To take the config of a coordinator that is rejected would harm the one that holds the ballot.</summary>
    [Fact]
    public void Request_UnderANewerConfigAndALowerBallot_IsRejectedAndItsConfigNotTaken()
    {
        _partition.Ask(Request(PeerRequestKind.Prepare, 9));

        var (response, _) = _partition.Ask(Request(PeerRequestKind.Prepare, 5) with { Epoch = 2, Config = Next });

        Assert.Equal(PeerResponseKind.BallotRejected, response.Kind);
        Assert.Equal(1, _partition.State.Config!.Epoch);
    }

    /// <summary>The one that knows the config takes the ballot under it.</summary>
    [Fact]
    public void Preparing_WhenAConfigShowsUpThatIsNotKnownYet_GivesTheBallotUp()
    {
        _partition.TopologyVersion = 1;
        var put = _partition.Submit(OperationKind.Put);
        _partition.Sync();

        _partition.State.OnRequest(Three, Request(PeerRequestKind.Prepare, 1, node: 3) with { Epoch = 2, Config = Next });
        _partition.Reply(Two, PeerRequestKind.Prepare, PeerResponseKind.Promised);

        Assert.False(_partition.State.HoldsBallot);
        Assert.Empty(Sent(PeerRequestKind.Accept));
        Assert.DoesNotContain(put, _partition.Results.Keys);
    }

    /// <summary>Another node may hold a higher ballot, and the answers would show it: one more Prepare would outbid that one.</summary>
    [Fact]
    public void Preparing_WhenTheTopologyShowsANewerConfig_HearsTheAnswersFirst()
    {
        _partition.Submit(OperationKind.Put);
        _partition.Sync();
        var prepares = Sent(PeerRequestKind.Prepare).Count();

        _partition.State.Learn(Next);
        _partition.Sync();

        Assert.Equal(prepares, Sent(PeerRequestKind.Prepare).Count());
        Assert.Equal(1, _partition.State.Config!.Epoch);
    }

    private void Resign(NodeId successor)
    {
        _partition.Ask(Request(PeerRequestKind.Prepare, 9));
        _partition.State.OnRequest(Two, Request(PeerRequestKind.Resigned, 9) with { Successor = successor });
        _partition.Sync();
    }

    private IEnumerable<PeerRequest> Sent(PeerRequestKind kind) =>
        _partition.Sent.Select(static sent => sent.Request).Where(request => request.Kind == kind);
}
