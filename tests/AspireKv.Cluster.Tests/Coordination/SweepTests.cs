using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>How a rebuild goes on, comes to an end, and leaves nothing behind.</summary>
public sealed class SweepTests
{
    private const int Keys = 8;

    private readonly PartitionFixture _partition =
        new(options: Options with { CopiedKeys = 2, ListedKeys = 100, GiveUpAfter = Options.RebuildPatience * 10 });

    private readonly ScriptedReplicas _others;

    public SweepTests()
    {
        _others = new ScriptedReplicas(_partition) { PageSize = 100 };
        _partition.Submit(OperationKind.Delete);
        _others.Run();
        for (var i = 0; i < Keys; i++)
        {
            _partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = KeyOf(i) });
        }

        _others.Run();
        _others.Lose(Three, 33);
    }

    [Fact]
    public void Keys_AreCopiedAFewAtATime()
    {
        _others.Loses = (node, request) => node == Three && request.Kind == PeerRequestKind.Accept;

        var sentBefore = _partition.Sent.Count;

        Start();

        Assert.Equal(2, _partition.Sent.Skip(sentBefore).Where(sent => sent.To == Three && sent.Request.Kind == PeerRequestKind.Accept)
            .Select(sent => sent.Request.Key).Distinct().Count());
    }

    [Fact]
    public void List_ThatIsLost_IsSentAgain()
    {
        _others.Loses = (_, request) => request.Kind == PeerRequestKind.List;
        Start();
        Assert.Empty(_others.EntriesOf(Three));

        _others.Loses = (_, _) => false;
        _others.Pass(Options.RebuildResendInterval * 2);

        Assert.Equal(Keys + 1, _others.EntriesOf(Three).Count);
        Assert.False(_partition.State.Upkeep.IsRebuilding);
    }

    /// <summary>Each key comes through at its second try only, and all of them together take longer than the patience.</summary>
    [Fact]
    public void Rebuild_ThatIsSlowButGoesOn_IsNotGivenUp()
    {
        var copied = new HashSet<StoreKey>();
        var next = TimeSpan.Zero;
        _others.Loses = (node, request) =>
        {
            if (node != Three || request.Kind != PeerRequestKind.Accept || copied.Contains(request.Key))
            {
                return false;
            }

            var isLost = _partition.Now < next;
            if (!isLost)
            {
                copied.Add(request.Key);
                next = _partition.Now + (Options.RebuildPatience * 0.6);
            }

            return isLost;
        };
        Start();

        _others.Pass(Options.RebuildPatience * 0.7 * (Keys + 1));

        Assert.Equal(Keys + 1, _others.EntriesOf(Three).Count);
        Assert.Single(_partition.Sent, sent => sent.To == Three && sent.Request.Kind == PeerRequestKind.Rebuild);
    }

    [Fact]
    public void Rebuild_SentAgain_WaitsAgainBeforeTheNextTime()
    {
        _others.Loses = (_, request) => request.Kind == PeerRequestKind.Rebuild;
        Start();
        _partition.Now = Options.RebuildResendInterval;
        _partition.State.Tick(_partition.Now);
        _others.Run();
        Assert.Equal(2, CountSent(PeerRequestKind.Rebuild));

        _partition.Now += Options.RebuildResendInterval - TimeSpan.FromMilliseconds(1);
        _partition.State.Tick(_partition.Now);
        Assert.Equal(2, CountSent(PeerRequestKind.Rebuild));

        _partition.Now += TimeSpan.FromMilliseconds(1);
        _partition.State.Tick(_partition.Now);
        Assert.Equal(3, CountSent(PeerRequestKind.Rebuild));
    }

    /// <summary>To have listed a page is a step forward, as to have copied a key is.</summary>
    [Fact]
    public void Rebuild_WhosePageWasListedJustNow_IsNotGivenUp()
    {
        _others.Loses = (_, request) => request.Kind == PeerRequestKind.List;
        Start();
        _others.Loses = (node, request) => node == Three && request.Kind == PeerRequestKind.Accept;
        _partition.Now = Options.GiveUpAfter * 0.9;
        _partition.State.Tick(_partition.Now);
        _others.Run();
        _partition.State.Tick(_partition.Now);

        _partition.Now = Options.RebuildPatience * 1.2;
        _partition.State.Tick(_partition.Now);

        Assert.True(_partition.State.Upkeep.IsRebuilding);
    }

    /// <summary>The key's tombstone was purged between the listing and the reading.</summary>
    [Fact]
    public void Key_ThatIsGoneWhenItIsRead_HoldsTheRebuildUpForNobody()
    {
        var gone = KeyOf(Keys);
        _others.EntriesOf(Two)[gone] = Value(0, 1);
        _others.Loses = (node, request) =>
        {
            if (request.Kind == PeerRequestKind.Read && request.Key == gone)
            {
                _others.EntriesOf(Two).Remove(gone);
            }

            return false;
        };

        Start();

        Assert.False(_partition.State.Upkeep.IsRebuilding);
        Assert.Equal(Keys + 1, _others.EntriesOf(Three).Count);
        var put = _partition.Submit(new ClientOperation { Kind = OperationKind.Put, Key = gone });
        _others.Run();
        Assert.Equal(OperationOutcome.Applied, _partition.Results[put].Outcome);
    }

    [Fact]
    public void Rebuild_WhileItsKeysAreRead_EndsWithTheBallot()
    {
        _others.Loses = (_, request) => request.Kind == PeerRequestKind.Read;
        Start();
        Assert.Contains(_partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Read);

        _partition.Ask(Request(PeerRequestKind.Prepare, 99));

        Assert.False(_partition.State.HoldsBallot);
        Assert.False(_partition.State.Upkeep.IsRebuilding);
    }

    [Fact]
    public void Copy_ThatTheLearnerRefuses_AwaitsNoFurtherAnswer()
    {
        _others.InsteadOfStoring = (node, _) => node == Three ? PeerResponseKind.Refused : null;
        Start();

        var copies = _partition.Sent.Where(sent => sent.To == Three && sent.Request.Kind == PeerRequestKind.Accept).ToArray();

        Assert.NotEmpty(copies);
        Assert.DoesNotContain(copies, copy => _partition.State.Awaits(copy.Request.Id));
    }

    [Fact]
    public void Rebuild_OnceItEnded_SendsNothingMore()
    {
        Start();
        Assert.False(_partition.State.Upkeep.IsRebuilding);
        var sent = _partition.Sent.Count;

        for (var i = 1; i < 40; i++)
        {
            _partition.Now += Options.RebuildResendInterval;
            _partition.State.Tick(_partition.Now);
        }

        Assert.Equal(sent, _partition.Sent.Count);
    }

    [Fact]
    public void Rebuild_ThatTheLearnerRefuses_IsOver()
    {
        _others.Loses = (_, request) => request.Kind == PeerRequestKind.Rebuild;
        Start();
        Assert.True(_partition.State.Upkeep.IsRebuilding);

        _partition.Reply(Three, PeerRequestKind.Rebuild, PeerResponseKind.Refused);

        Assert.False(_partition.State.Upkeep.IsRebuilding);
        Assert.False(_partition.State.Upkeep.HasWork);
    }

    /// <summary>What is answered to it afterwards must not set it going again, beside the next one.</summary>
    [Theory]
    [InlineData(PeerRequestKind.Rebuild, PeerResponseKind.RebuildBegun)]
    [InlineData(PeerRequestKind.Accept, PeerResponseKind.Accepted)]
    public void Rebuild_ThatWasGivenUp_DoesNotGoOnWithALateAnswer(PeerRequestKind lost, PeerResponseKind late)
    {
        _others.Loses = (node, request) => node == Three && request.Kind == lost;
        Start();
        _others.Pass(Options.RebuildPatience * 1.5);
        Assert.False(_partition.State.Upkeep.IsRebuilding);
        _others.Loses = (_, _) => false;
        var sent = _partition.Sent.Count;

        _partition.State.OnResponse(Three, LateAnswer(lost, late));
        _others.Run();

        Assert.Equal(sent, _partition.Sent.Count);
    }

    /// <summary>Nor must its question stay open: the ballot would be given up for want of an answer to it.</summary>
    [Fact]
    public void Rebuild_ThatWasGivenUpWhileItListed_DoesNotGoOnWithALatePage()
    {
        _others.Loses = (_, request) => request.Kind == PeerRequestKind.List;
        Start();
        _others.Pass(Options.RebuildPatience * 1.5);
        Assert.True(_partition.State.HoldsBallot);
        Assert.False(_partition.State.Upkeep.IsRebuilding);
        Assert.False(_partition.State.Upkeep.HasWork);
        _others.Loses = (_, _) => false;
        var sent = _partition.Sent.Count;

        var list = _partition.Sent.Last(message => message.To == Two && message.Request.Kind == PeerRequestKind.List).Request;
        _partition.State.OnResponse(Two, new PeerResponse
        {
            Kind = PeerResponseKind.KeysListed,
            Partition = 0,
            Id = list.Id,
            Ballot = list.Ballot,
            Epoch = 1,
            Page = new KeyPage([new ListedKey(KeyOf(0), default)], default),
        });
        _others.Run();

        Assert.Equal(sent, _partition.Sent.Count);
    }

    [Fact]
    public void Rebuild_StartedWhileItRuns_IsNotBegunOnceMore()
    {
        _others.Loses = (node, _) => node == Three;
        Start();

        Start();

        Assert.Single(_partition.Sent, sent => sent.Request.Kind == PeerRequestKind.Rebuild);
    }

    [Fact]
    public void Rebuild_EndsWithTheBallot()
    {
        _others.Loses = (node, _) => node == Three;
        Start();
        Assert.True(_partition.State.Upkeep.IsRebuilding);

        _partition.Ask(Request(PeerRequestKind.Prepare, 99));

        Assert.False(_partition.State.HoldsBallot);
        Assert.False(_partition.State.Upkeep.IsRebuilding);
    }

    private static StoreKey KeyOf(int number) => StoreKey.Create("default", System.Text.Encoding.UTF8.GetBytes($"key{number}"));

    private int CountSent(PeerRequestKind kind) => _partition.Sent.Count(sent => sent.Request.Kind == kind);

    private void Start()
    {
        _partition.State.Upkeep.StartRebuild();
        _others.Run();
    }

    /// <summary>The learner's answer to the last question of this kind that was sent to it.</summary>
    private PeerResponse LateAnswer(PeerRequestKind asked, PeerResponseKind kind)
    {
        var request = _partition.Sent.Last(sent => sent.To == Three && sent.Request.Kind == asked).Request;
        return new PeerResponse
        {
            Kind = kind,
            Partition = 0,
            Id = request.Id,
            Ballot = request.Ballot,
            Epoch = 1,
            IsLearner = true,
            Incarnation = 33,
        };
    }
}
