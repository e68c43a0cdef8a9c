using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Lives;

public sealed class LifeBookTests
{
    private const ulong First = 11;
    private const ulong Second = 22;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(1);
    private static readonly NodeId Node = new(2);

    private readonly LifeBook _book = New();

    [Fact]
    public void Judge_TheStartAfterTheOneSeen_IsAdmitted()
    {
        Judge(First, 100, (1, 0));
        Assert.Equal(LifeVerdict.Admitted, Judge(First, 100, (1, 0), (2, 100)));
    }

    [Fact]
    public void Judge_ANodeThatIsNoMember_IsAStranger()
    {
        _book.Follow([new Member(new NodeId(1), "node1", 1)]);

        Assert.Equal(LifeVerdict.Stranger, Judge(First, 100, (1, 0)));
    }

    /// <summary>Its number may be used again, and its old files may come back.</summary>
    [Fact]
    public void Follow_WithoutANode_KeepsWhatWasSeenOfIt()
    {
        Judge(First, 100, (1, 0), (2, 100));
        _book.Follow([]);
        _book.Follow([new Member(Node, "node2", First)]);

        Assert.Equal(LifeVerdict.Superseded, Judge(First, 100, (1, 0), (2, 100, 99)));
    }

    [Fact]
    public void Follow_WithAnotherLife_SupersedesTheOneBefore()
    {
        _book.Follow([new Member(Node, "node2", Second)]);

        Assert.Equal(LifeVerdict.Superseded, Judge(First, 100, (1, 0)));
        Assert.Equal(LifeVerdict.Admitted, Judge(Second, 0, (1, 0)));
    }

    /// <summary>The topology may be behind what this node saw.</summary>
    [Fact]
    public void Follow_WithALifeThatIsKnownToBeOver_LeavesTheLaterOne()
    {
        Judge(Second, 0, (1, 0));
        _book.Follow([new Member(Node, "node2", First)]);

        Assert.Equal(LifeVerdict.Superseded, Judge(First, 100, (1, 0)));
    }

    [Fact]
    public void Judge_SeveralStartsAfterTheOneSeen_IsAdmitted()
    {
        Judge(First, 100, (1, 0));
        Assert.Equal(LifeVerdict.Admitted, Judge(First, 150, (1, 0), (2, 100), (3, 120)));
    }

    [Fact]
    public void Judge_AnOlderStartBegunAgain_IsSuperseded()
    {
        Judge(First, 100, (1, 0), (2, 100));

        // The copy knows of the first start only, and goes on from it with a word of its own.
        Assert.Equal(LifeVerdict.Superseded, Judge(First, 100, (1, 0), (2, 100, 99)));
    }

    [Fact]
    public void Judge_TheSameStartGoneOnFromBeforeWhatWasSeen_IsSuperseded()
    {
        Judge(First, 100, (1, 0));
        _book.Saw(Node, 1, 130);

        Assert.Equal(LifeVerdict.Superseded, Judge(First, 120, (1, 0), (2, 120)));
        Assert.Equal(LifeVerdict.Admitted, Judge(First, 130, (1, 0), (2, 130)));
    }

    [Fact]
    public void Judge_AChainThatDoesNotReachBackToTheStartSeen_IsSuperseded()
    {
        Judge(First, 100, (1, 0));
        Assert.Equal(LifeVerdict.Superseded, Judge(First, 900, (8, 800), (9, 900)));
    }

    [Fact]
    public void Judge_TheSameProcessWithAMessageThatIsLate_StaysAdmitted()
    {
        Judge(First, 100, (1, 0));
        _book.Saw(Node, 1, 130);

        Assert.Equal(LifeVerdict.Admitted, Judge(First, 110, (1, 0)));
        Assert.Equal(130, Assert.Single(_book.Find(Node)!.Marks).Position);
    }

    [Fact]
    public void Judge_AnIncarnationThatWasReplaced_IsSupersededForEver()
    {
        Judge(First, 100, (1, 0));
        Assert.Equal(LifeVerdict.Admitted, Judge(Second, 0, (1, 0, 7)));
        Assert.Equal(LifeVerdict.Superseded, Judge(First, 500, (1, 0), (2, 500)));

        var restarted = New([.. _book.All]);
        Assert.Equal(LifeVerdict.Superseded, restarted.Judge(Claim(First, 500, (1, 0), (2, 500)), Later));
        Assert.True(restarted.IsPast(Node, First));
    }

    [Fact]
    public void Judge_TheFoundingIncarnationComesAfterAnother_IsSuperseded()
    {
        var other = New();
        Assert.Equal(LifeVerdict.Admitted, other.Judge(Claim(Second, 0, (1, 0)), Later));
        Assert.Equal(LifeVerdict.Superseded, other.Judge(Claim(First, 100, (1, 0)), Later));
    }

    [Fact]
    public void Judge_ASecondProcessWhileTheFirstSpeaks_WaitsUntilItIsSilent()
    {
        Judge(First, 100, TimeSpan.Zero, (1, 0));

        Assert.Equal(LifeVerdict.Twin, Judge(First, 100, Silence / 2, (1, 0), (2, 100)));
        Assert.True(_book.IsAdmitted(Node, 1));
        Assert.Equal(LifeVerdict.Twin, Judge(Second, 0, Silence / 2, (1, 0, 7)));
        Assert.Equal(LifeVerdict.Admitted, Judge(First, 100, Silence, (1, 0), (2, 100)));
    }

    [Fact]
    public void Judge_ASecondProcessOnceTheConnectionOfTheFirstIsGone_DoesNotWait()
    {
        Judge(First, 100, TimeSpan.Zero, (1, 0));
        _book.Gone(Node, 1);

        Assert.Equal(LifeVerdict.Admitted, Judge(First, 100, Silence / 2, (1, 0), (2, 100)));
    }

    [Fact]
    public void Hear_OfALaterStart_EndsTheEarlierProcess()
    {
        Judge(First, 100, (1, 0));
        _book.Hear(new KnownLife(Node, First, [new LifeMark(2, 2, 100)], []));

        Assert.False(_book.IsAdmitted(Node, 1));
        Assert.Equal(LifeVerdict.Superseded, Judge(First, 100, (1, 0)));
        Assert.Equal(LifeVerdict.Admitted, Judge(First, 100, (1, 0), (2, 100)));
    }

    [Fact]
    public void Hear_OfAForkedChain_TrustsNeitherEnd()
    {
        Judge(First, 100, (1, 0), (2, 100));
        _book.Hear(new KnownLife(Node, First, [new LifeMark(2, 99, 100)], []));

        Assert.Equal(LifeVerdict.Superseded, Judge(First, 100, (1, 0), (2, 100)));
        Assert.Equal(LifeVerdict.Superseded, Judge(First, 100, (1, 0), (2, 100, 99)));
    }

    [Fact]
    public void Hear_OfAReplacedIncarnation_EndsItHere()
    {
        Judge(First, 100, (1, 0));
        _book.Hear(new KnownLife(Node, Second, [new LifeMark(1, 7, 0)], [First]));

        Assert.False(_book.IsAdmitted(Node, 1));
        Assert.Equal(LifeVerdict.Superseded, Judge(First, 100, (1, 0)));

        // What a node that knows less says changes nothing.
        _book.Hear(new KnownLife(Node, First, [new LifeMark(1, 1, 100)], []));
        Assert.Equal(Second, _book.Find(Node)!.Incarnation);
    }

    [Fact]
    public void Version_GrowsOnlyWithWhatMustBeDurableFirst()
    {
        Judge(First, 100, (1, 0));
        var (version, notes) = (_book.Version, _book.Notes);

        _book.Saw(Node, 1, 130);

        Assert.Equal((version, notes + 1), (_book.Version, _book.Notes));
    }

    [Fact]
    public void IsAdmitted_AnotherWordThanTheOneAdmitted_IsNot()
    {
        Judge(First, 100, (1, 0));

        Assert.True(_book.IsAdmitted(Node, 1));
        Assert.False(_book.IsAdmitted(Node, 2));
    }

    [Fact]
    public void Judge_ASecondProcessLongAfterTheStart_WaitsForTheFirstThatSpokeJustNow()
    {
        var claim = Claim(First, 100, (1, 0));
        _book.Judge(claim, Later);
        _book.Admit(claim, Later);
        Assert.Equal(LifeVerdict.Admitted, _book.Judge(claim, Later + (Silence * 0.9)));

        Assert.Equal(LifeVerdict.Twin, _book.Judge(Claim(First, 100, (1, 0), (2, 100)), Later + (Silence * 1.8)));
        Assert.Equal(LifeVerdict.Admitted, _book.Judge(Claim(First, 100, (1, 0), (2, 100)), Later + (Silence * 1.9)));
    }

    [Fact]
    public void Saw_OneOfTwoStarts_RaisesTheMarkOfThatOneOnly()
    {
        Judge(First, 100, (1, 0));
        _book.Hear(new KnownLife(Node, First, [new LifeMark(2, 2, 100)], []));

        _book.Saw(Node, 2, 150);

        Assert.Equal([new LifeMark(1, 1, 100), new LifeMark(2, 2, 150)], _book.Find(Node)!.Marks);
    }

    [Theory]
    [InlineData(80, 100)]
    [InlineData(120, 120)]
    public void Hear_OfTheSameStart_KeepsTheHigherPosition(long told, long expected)
    {
        Judge(First, 100, (1, 0));

        _book.Hear(new KnownLife(Node, First, [new LifeMark(1, 1, told)], []));

        Assert.Equal(expected, Assert.Single(_book.Find(Node)!.Marks).Position);
    }

    [Fact]
    public void Hear_OfAnIncarnationThatNeitherCallsPast_KeepsTheOwnMemory()
    {
        Judge(First, 100, (1, 0));

        _book.Hear(new KnownLife(Node, Second, [new LifeMark(1, 7, 0)], []));

        Assert.Equal(First, _book.Find(Node)!.Incarnation);
    }

    /// <summary>What a peer tells may be anything: a life without a start ends no process.</summary>
    [Fact]
    public void Hear_OfALifeWithoutAStart_IsTakenIn()
    {
        _book.Hear(new KnownLife(Node, First, [], [7]));
        Assert.True(_book.IsPast(Node, 7));

        Judge(First, 100, (1, 0));
        _book.Hear(new KnownLife(Node, Second, [], [First]));

        Assert.Equal(Second, _book.Find(Node)!.Incarnation);
        Assert.True(_book.IsPast(Node, First));
    }

    /// <summary>The host stores what changed: what is known already must cost no write.</summary>
    [Fact]
    public void Hear_OfWhatIsKnown_NotesNothing()
    {
        Judge(First, 100, (1, 0));
        var (version, notes) = (_book.Version, _book.Notes);

        _book.Hear(_book.Find(Node)!);

        Assert.Equal((version, notes), (_book.Version, _book.Notes));
    }

    [Fact]
    public void Version_GrowsWithALaterStart()
    {
        Judge(First, 100, (1, 0));
        var version = _book.Version;

        Judge(First, 100, (1, 0), (2, 100));

        Assert.True(_book.Version > version);
    }

    [Fact]
    public void Past_OfMoreDisksThanAreRemembered_KeepsTheLatest()
    {
        for (var disk = 0; disk <= KnownLife.MaxPast + 1; disk++)
        {
            Judge(100 + (ulong)disk, 0, (1, 0, 1000 + (ulong)disk));
        }

        Assert.Equal(KnownLife.MaxPast, _book.Find(Node)!.Past.Count);
        Assert.False(_book.IsPast(Node, 100));
        Assert.True(_book.IsPast(Node, 100 + KnownLife.MaxPast));

        _book.Hear(_book.Find(Node)! with { Past = [7] });
        Assert.Equal(KnownLife.MaxPast, _book.Find(Node)!.Past.Count);
        Assert.True(_book.IsPast(Node, 7));
    }

    private static LifeBook New(params KnownLife[] stored) =>
        new([new Member(new NodeId(1), "node1", 1), new Member(Node, "node2", First)], stored, Silence);

    /// <summary>A start's word is its number where none is given.</summary>
    private static LifeClaim Claim(ulong incarnation, long position, params (long Number, long Position, ulong Word)[] starts) => new(
        Node, incarnation, [.. starts.Select(start => new LifeStart(start.Number, start.Word, start.Position))], position);

    private static LifeClaim Claim(ulong incarnation, long position, params (long Number, long Position)[] starts) =>
        Claim(incarnation, position, [.. starts.Select(start => (start.Number, start.Position, (ulong)start.Number))]);

    private LifeVerdict Judge(ulong incarnation, long position, params (long Number, long Position)[] starts) =>
        Judge(Claim(incarnation, position, starts), Later);

    private LifeVerdict Judge(ulong incarnation, long position, TimeSpan now, params (long Number, long Position)[] starts) =>
        Judge(Claim(incarnation, position, starts), now);

    private LifeVerdict Judge(ulong incarnation, long position, (long, long, ulong) only) =>
        Judge(Claim(incarnation, position, only), Later);

    private LifeVerdict Judge(ulong incarnation, long position, TimeSpan now, (long, long, ulong) only) =>
        Judge(Claim(incarnation, position, only), now);

    private LifeVerdict Judge(ulong incarnation, long position, (long Number, long Position) first, (long, long, ulong) second) =>
        Judge(Claim(incarnation, position, (first.Number, first.Position, (ulong)first.Number), second), Later);

    private LifeVerdict Judge(LifeClaim claim, TimeSpan now)
    {
        // Nobody speaks any more but the process that is judged, unless the test gives the time.
        if (now == Later && _book.Admitted.TryGetValue(Node, out var admitted))
        {
            _book.Gone(Node, admitted);
        }

        var verdict = _book.Judge(claim, now);
        if (verdict == LifeVerdict.Admitted)
        {
            _book.Admit(claim, now);
        }

        return verdict;
    }
}
