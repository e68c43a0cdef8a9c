using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>A message goes to a replica once on each stream, however often its operation is looked after.</summary>
public sealed class SendOnceTests
{
    private readonly PartitionFixture _partition = new PartitionFixture().Hold();

    public SendOnceTests() => _partition.Sent.Clear();

    [Fact]
    public void Resend_WhileTheStreamsAreUp_SendsNothing()
    {
        var put = _partition.Submit(OperationKind.Put);
        Assert.Equal(2, _partition.Sent.Count);

        for (var time = 0; time < 5; time++)
        {
            _partition.State.Resend(put);
        }

        Assert.Equal([Two, Three], _partition.Sent.Select(sent => sent.To));
    }

    [Fact]
    public void Resend_AfterAReconnect_SendsOnceMoreToThatReplicaOnly()
    {
        var put = _partition.Submit(OperationKind.Put);
        _partition.Reconnect(Three);
        _partition.Sent.Clear();

        _partition.State.Resend(put);
        _partition.State.Resend(put);

        Assert.Equal([Three], _partition.Sent.Select(sent => sent.To));
    }

    /// <summary>The first operation that is looked after sees the new stream; the others must not take theirs for sent on it.</summary>
    [Fact]
    public void Resend_AfterAReconnect_SendsTheMessageOfEveryOperation()
    {
        var first = _partition.Submit(OperationKind.Put);
        var second = _partition.Submit(new ClientOperation { Kind = OperationKind.Delete, Key = StoreKey.Create("default", "other"u8) });
        _partition.Reconnect(Two);
        _partition.Sent.Clear();

        _partition.State.Resend(first);
        _partition.State.Resend(second);
        _partition.State.Resend(first);

        Assert.Equal([first.Key, second.Key], _partition.Sent.Select(sent => sent.Request.Key));
    }

    [Fact]
    public void Resend_WhereNoStreamTookTheMessage_SendsItOnceThereIsOne()
    {
        _partition.Links[Two] = 0;
        var put = _partition.Submit(OperationKind.Put);
        _partition.Links[Two] = 2;
        _partition.Sent.Clear();

        _partition.State.Resend(put);
        _partition.State.Resend(put);

        Assert.Equal([Two], _partition.Sent.Select(sent => sent.To));
    }

    [Fact]
    public void Resend_OfReadsThatShareAConfirm_SendsItOnceOnAStream()
    {
        _partition.Links[Two] = _partition.Links[Three] = 1;
        var reads = Enumerable.Range(0, 10).Select(_ => _partition.Submit(OperationKind.Get)).ToList();
        Assert.Equal([Two, Three], _partition.Sent.Select(sent => sent.To));

        reads.ForEach(_partition.State.Resend);
        Assert.Equal(2, _partition.Sent.Count);

        _partition.Reconnect(Two);
        reads.ForEach(_partition.State.Resend);
        Assert.Equal([Two, Three, Two], _partition.Sent.Select(sent => sent.To));
    }

    [Fact]
    public void Unanswered_SendsNothingAtOnceAndTheSameMessageWithTheNextResend()
    {
        var put = _partition.Submit(OperationKind.Put);
        var request = _partition.Sent[0].Request;
        _partition.Sent.Clear();

        _partition.State.OnResponse(Two, PeerResponse.Unanswered(request));
        Assert.Empty(_partition.Sent);
        _partition.State.Resend(put);
        _partition.State.Resend(put);

        var (to, again) = Assert.Single(_partition.Sent);
        Assert.Equal((Two, request.Id, request.Entry), (to, again.Id, again.Entry));
    }

    [Fact]
    public void Unanswered_ByTheOwnReplica_IsAskedAgain()
    {
        _partition.Cold.Add(Key);
        var get = _partition.Submit(OperationKind.Get);
        var (_, request) = Assert.Single(_partition.Deferred);
        _partition.State.Resend(get);
        Assert.Single(_partition.Deferred);

        _partition.Deferred.Clear();
        _partition.State.OnResponse(One, PeerResponse.Unanswered(request));
        _partition.State.Resend(get);

        Assert.Equal(request.Id, Assert.Single(_partition.Deferred).Request.Id);
    }

    /// <summary>Whoever leaves a message unanswered may know nothing of its partition.</summary>
    [Fact]
    public void Unanswered_ByALearner_SaysNothingOfItsMemory()
    {
        SayLearning(Three, Ballot.Zero);
        Assert.Contains(Three, _partition.State.Upkeep.Learners.Keys);

        _partition.State.OnResponse(
            Three, PeerResponse.Unanswered(Request(PeerRequestKind.Read, 5) with { Id = new RequestId(PartitionFixture.Process, 1) }));

        Assert.Contains(Three, _partition.State.Upkeep.Learners.Keys);
    }

    /// <summary>
    /// The learner promised a ballot of this node, which forgot it with its own disk and takes node 2 for the holder; node 2 knows better,
    /// and takes this one for it.
    /// </summary>
    [Fact]
    public void Learner_ThatPromisedABallotOfThisNodeWhichItForgot_GetsAHigherOne()
    {
        var partition = new PartitionFixture();
        partition.Ask(Request(PeerRequestKind.Prepare, 4));
        partition.Sent.Clear();

        SayLearning(Three, new Ballot(5, One), partition);
        partition.Sync();

        var prepare = partition.Sent.First().Request;
        Assert.Equal((PeerRequestKind.Prepare, new Ballot(6, One)), (prepare.Kind, prepare.Ballot));
    }

    [Fact]
    public void Learner_SaysWhichBallotItPromised()
    {
        var partition = new PartitionFixture(hasMemory: false);
        partition.Ask(Request(PeerRequestKind.Prepare, 5));

        partition.State.Tick(TimeSpan.FromSeconds(1));

        var (_, learning) = Assert.Single(partition.Sent);
        Assert.Equal((PeerRequestKind.Learning, new Ballot(5, Two)), (learning.Kind, learning.Ballot));
    }

    private void SayLearning(NodeId from, Ballot promised, PartitionFixture? to = null) => (to ?? _partition).State.OnRequest(
        from, Request(PeerRequestKind.Learning, 0) with { Ballot = promised, Incarnation = 33 });
}
