using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Partitions;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>Nodes that lose a ballot to each other wait before they try again, longer each time.</summary>
public sealed class PreparePauseTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Pause_WithEachLossInARow_HasTwiceTheRoom()
    {
        var pause = new PreparePause(First, new AlmostOne());

        var lengths = Enumerable.Range(0, 7).Select(_ =>
        {
            pause.Lost(TimeSpan.Zero, hasCommitted: false);
            return LengthOf(pause);
        });

        Assert.Equal([100, 200, 400, 800, 1_600, 3_200, 3_200], lengths);
    }

    [Fact]
    public void Pause_AfterACommit_IsTheFirstAgain()
    {
        var pause = new PreparePause(First, new AlmostOne());
        pause.Lost(TimeSpan.Zero, hasCommitted: false);
        pause.Lost(TimeSpan.Zero, hasCommitted: false);

        pause.Lost(TimeSpan.Zero, hasCommitted: true);

        Assert.Equal(100, LengthOf(pause));
    }

    /// <summary>A quorum that does not answer is no rival: it may be back at any moment.</summary>
    [Fact]
    public void Pause_WithoutAQuorum_DoesNotGrow()
    {
        var pause = new PreparePause(First, new AlmostOne());

        pause.Begin(TimeSpan.Zero);
        pause.Begin(TimeSpan.Zero);

        Assert.Equal(100, LengthOf(pause));
    }

    [Fact]
    public void Operation_WithinThePause_WaitsForItsEnd()
    {
        var partition = Lost();

        var put = partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = Key }, hops: 1);
        partition.Sync();
        Assert.DoesNotContain(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Prepare);

        partition.Now += TimeSpan.FromHours(1);
        partition.State.Tick(partition.Now);
        partition.Sync();
        Assert.Contains(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Prepare);
        Assert.DoesNotContain(put, partition.Results.Keys);
    }

    [Fact]
    public void Operation_WithinThePause_GoesToAHolderThatShowsItself()
    {
        var partition = Lost();
        var put = partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = Key }, hops: 1);

        partition.Ask(Request(PeerRequestKind.Prepare, 20, node: 3));

        Assert.Equal([(put, Three)], partition.Forwarded);
    }

    /// <summary>A learner calls again soon.</summary>
    [Fact]
    public void Learner_WithinThePause_IsNoReasonToPrepare()
    {
        var partition = Lost();
        var learning = Request(PeerRequestKind.Learning, 0, node: 3) with { Ballot = Ballot.Zero, Incarnation = 33 };

        partition.State.OnRequest(Three, learning);
        partition.Sync();
        Assert.DoesNotContain(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Prepare);

        partition.Now += TimeSpan.FromHours(1);
        partition.State.OnRequest(Three, learning);
        partition.Sync();
        Assert.Contains(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Prepare);
    }

    /// <summary>Whoever is to have the ballot outbids nobody.</summary>
    [Fact]
    public void Resigned_WithinThePause_IsTakenUpAtOnce()
    {
        var partition = Lost();
        partition.Dead.Clear();
        var put = partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = Key }, hops: 1);
        partition.Forwarded.Clear();

        partition.State.OnRequest(Two, Request(PeerRequestKind.Resigned, 9));
        partition.Sync();

        Assert.Contains(partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Prepare);
        Assert.Empty(partition.Forwarded);
        Assert.DoesNotContain(put, partition.Results.Keys);
    }

    /// <summary>Node 1 lost its ballot to node 2, which died at once, and waits for up to an hour.</summary>
    private static PartitionFixture Lost()
    {
        var partition = new PartitionFixture(options: Options with { MaxPreparePause = TimeSpan.FromHours(1) }).Hold();
        partition.Ask(Request(PeerRequestKind.Prepare, 9));
        partition.Dead.Add(Two);
        partition.Sent.Clear();
        return partition;
    }

    private static double LengthOf(PreparePause pause)
    {
        var length = 0;
        while (!pause.IsOver(TimeSpan.FromMilliseconds(length)))
        {
            length++;
        }

        return length;
    }

    private sealed class AlmostOne : Random
    {
        public override double NextDouble() => 0.9999999;
    }
}
