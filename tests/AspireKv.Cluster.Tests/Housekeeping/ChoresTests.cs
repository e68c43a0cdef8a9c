using AspireKv.Cluster.Housekeeping;
using AspireKv.Cluster.Partitions;

namespace AspireKv.Cluster.Tests.Housekeeping;

public sealed class ChoresTests
{
    private static readonly ChoreOptions Options = new()
    {
        TickInterval = Milliseconds(25),
        TakeOverInterval = Milliseconds(150),
        RebuildInterval = Milliseconds(100),
        MaxRebuilds = 2,
        PurgeInterval = Milliseconds(1_000),
        MaxPurges = 4,
        MoveInterval = Milliseconds(200),
        MaxMoves = 2,
        RepairLookInterval = Milliseconds(200),
        RepairInterval = Milliseconds(60_000),
        DoubtInterval = Milliseconds(2_000),
        MaxComparisons = 2,
        HandOnInterval = Milliseconds(100),
        MaxHandOns = 3,
        HandBackInterval = Milliseconds(1_000),
        MaxHandBacks = 2,
        HandBackAfter = Milliseconds(3_000),
        MaxHandBackAfter = Milliseconds(10_000),
    };

    private readonly Chores _chores = new(Options);

    /// <summary>
    /// One letter a partition: w has work, l has a learner to rebuild, r is being rebuilt, b both has work and a learner, p may be purged,
    /// h may go back, o is to be handed on, c is being compared, d has doubts, a has none and may be compared, a digit has
    /// no coordinator and this node that place in line, - nothing.
    /// </summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("----", "")]
    [InlineData("-w-w", "Tick 1, Tick 3")]
    [InlineData("llll", "Rebuild 0, Rebuild 1")]
    [InlineData("lrl-", "Rebuild 0")]
    [InlineData("l-rr", "")]
    [InlineData("lrrr", "")]
    [InlineData("bb", "Tick 0, Rebuild 0, Tick 1, Rebuild 1")]
    [InlineData("-pp-", "Purge 1")]
    [InlineData("pwl-", "Tick 1, Rebuild 2, Purge 0")]
    [InlineData("ad-d", "Repair 1, Repair 3")]
    [InlineData("dcd", "Repair 0")]
    [InlineData("dcc", "")]
    public void Next_TheFirstTime_IsWhatThePartitionsNeed(string partitions, string chores) => Assert.Equal(chores, Ask(0, partitions));

    [Theory]
    [InlineData(24, "")]
    [InlineData(25, "Tick 0")]
    [InlineData(99, "Tick 0")]
    [InlineData(100, "Tick 0, Rebuild 1")]
    [InlineData(999, "Tick 0, Rebuild 1")]
    [InlineData(1_000, "Tick 0, Rebuild 1, Purge 2")]
    public void Next_AfterTheFirstTime_KeepsToTheIntervals(int milliseconds, string chores)
    {
        Ask(0, "---");

        Assert.Equal(chores, Ask(milliseconds, "wlp"));
    }

    [Fact]
    public void Interval_IsCountedFromTheLastTime()
    {
        Ask(0, "w");
        Ask(40, "w");

        Assert.Equal("", Ask(64, "w"));
        Assert.Equal("Tick 0", Ask(65, "w"));
    }

    [Fact]
    public void NextAt_IsTheNearestOfTheIntervals()
    {
        Ask(0, "w");
        Assert.Equal(Milliseconds(25), _chores.NextAt);

        Ask(90, "w");
        Assert.Equal(Milliseconds(100), _chores.NextAt);
    }

    [Fact]
    public void PurgePass_GoesThroughThePartitionsOneAtATime()
    {
        Assert.Equal("Purge 0", Ask(0, "pp-p"));
        Assert.Equal("", Ask(1, "pp-p", isPurging: true));
        Assert.Equal("Purge 1", Ask(2, "pp-p"));
        Assert.Equal("Purge 3", Ask(3, "pp-p"));
        Assert.Equal("", Ask(4, "pp-p"));
    }

    [Fact]
    public void PurgePass_ThatTakesLongerThanItsInterval_IsEndedBeforeTheNextBegins()
    {
        Ask(0, "pp");
        Assert.Equal("", Ask(1_500, "pp", isPurging: true));
        Assert.True(_chores.NextAt > Milliseconds(1_500));

        Assert.Equal("Purge 1", Ask(1_600, "pp"));
        Assert.Equal("", Ask(1_601, "pp"));
        Assert.True(_chores.NextAt <= Milliseconds(1_601));
        Assert.Equal("Purge 0", Ask(1_602, "pp"));
    }

    [Fact]
    public void PurgePass_ThatLeftTombstonesBehind_IsFollowedByTheNextAtOnce()
    {
        Assert.Equal("Purge 0", Ask(0, "pp"));
        _chores.EndPurge(begun: 4, purged: 4);
        Assert.Equal("Purge 1", Ask(1, "pp"));
        _chores.EndPurge(begun: 3, purged: 3);

        Assert.Equal("", Ask(2, "pp"));
        Assert.True(_chores.NextAt <= Milliseconds(2));
        Assert.Equal("Purge 0", Ask(3, "pp"));
        _chores.EndPurge(begun: 3, purged: 3);
        Assert.Equal("Purge 1", Ask(4, "pp"));
        Assert.Equal("", Ask(5, "pp"));
        Assert.Equal("", Ask(1_002, "pp"));
        Assert.Equal("Purge 0", Ask(1_003, "pp"));
    }

    /// <summary>A batch that comes to nothing must not be tried again without a pause.</summary>
    [Theory]
    [InlineData(4, 4, true)]
    [InlineData(4, 3, true)]
    [InlineData(4, 2, false)]
    [InlineData(4, 0, false)]
    [InlineData(3, 3, false)]
    [InlineData(0, 0, false)]
    public void PurgePass_AfterABatch_IsFollowedAtOnceIfThatWasFullAndMostOfItWent(int begun, int purged, bool isFollowed)
    {
        Ask(0, "p");
        _chores.EndPurge(begun, purged);
        Ask(1, "p");

        Assert.Equal(isFollowed ? "Purge 0" : "", Ask(2, "p"));
    }

    [Fact]
    public void PurgePass_ThatLeftTombstonesBehindInTwoPartitions_IsFollowedByTheNextAtOnce()
    {
        Ask(0, "pp");
        _chores.EndPurge(begun: 4, purged: 4);
        Ask(1, "pp");
        _chores.EndPurge(begun: 4, purged: 4);
        Ask(2, "pp");

        Assert.Equal("Purge 0", Ask(3, "pp"));
    }

    [Fact]
    public void Rebuilds_BetweenTwoTicks_AreBegun()
    {
        var chores = new Chores(new ChoreOptions
        {
            TickInterval = Milliseconds(100),
            TakeOverInterval = Milliseconds(150),
            RebuildInterval = Milliseconds(30),
            MaxRebuilds = 2,
            PurgeInterval = Milliseconds(1_000),
            MaxPurges = 4,
            HandOnInterval = Milliseconds(100),
            MaxHandOns = 3,
            HandBackInterval = Milliseconds(1_000),
            MaxHandBacks = 2,
            MoveInterval = Milliseconds(200),
            MaxMoves = 2,
            RepairLookInterval = Milliseconds(200),
            RepairInterval = Milliseconds(60_000),
            DoubtInterval = Milliseconds(2_000),
            MaxComparisons = 2,
            HandBackAfter = Milliseconds(3_000),
            MaxHandBackAfter = Milliseconds(10_000),
        });
        FakePartition[] partitions = [new() { HasWork = true, HasLearnerToRebuild = true }];
        _ = chores.Next(TimeSpan.Zero, partitions, isPurging: false).Count();

        var chore = Assert.Single(chores.Next(Milliseconds(30), partitions, isPurging: false));

        Assert.Equal(new Chore(ChoreKind.Rebuild, 0), chore);
    }

    /// <summary>Rebuilds that come to nothing must not hold back the partitions behind them.</summary>
    [Fact]
    public void Rebuilds_OverTheirBudget_AreTakenInTurns()
    {
        Assert.Equal("Rebuild 0, Rebuild 1", Ask(0, "lllll"));
        Assert.Equal("Rebuild 2, Rebuild 3", Ask(100, "lllll"));
        Assert.Equal("Rebuild 4, Rebuild 0", Ask(200, "lllll"));
        Assert.Equal("Rebuild 1", Ask(300, "lll-r"));
    }

    [Fact]
    public void Next_IsPlannedByWhatTheChoresBeforeChanged()
    {
        FakePartition[] partitions = [new(), new()];
        partitions[0].HasWork = true;
        var given = new List<Chore>();

        foreach (var chore in _chores.Next(TimeSpan.Zero, partitions, isPurging: false))
        {
            given.Add(chore);
            partitions[1].HasLearnerToRebuild = true;
        }

        Assert.Equal([new Chore(ChoreKind.Tick, 0), new Chore(ChoreKind.Rebuild, 1)], given);
    }

    [Fact]
    public void HandBack_OnceItWasPossibleForAWhile_IsDue()
    {
        Assert.Equal("", Ask(0, "-h"));
        Assert.Equal("", Ask(2_999, "-h"));
        Assert.Equal("HandBack 1", Ask(3_999, "-h"));
    }

    [Fact]
    public void HandBack_NotPossibleAtOneLook_WaitsAnew()
    {
        Ask(0, "h");
        Ask(1_000, "-");
        Ask(2_000, "h");

        Assert.Equal("", Ask(4_000, "h"));
        Assert.Equal("HandBack 0", Ask(5_000, "h"));
    }

    [Fact]
    public void HandBack_OverItsBudget_IsTakenInTurns()
    {
        Ask(0, "hhhhh");

        Assert.Equal("HandBack 0, HandBack 1", Ask(3_000, "hhhhh"));
        Assert.Equal("HandBack 2, HandBack 3", Ask(4_000, "--hhh"));
        Assert.Equal("HandBack 4", Ask(5_000, "----h"));
    }

    /// <summary>A node that comes and goes must not take its partitions to and fro.</summary>
    [Fact]
    public void HandBack_OfABallotThatCameBackSoon_WaitsTwiceAsLongUpToABound()
    {
        Ask(0, "h");
        Assert.Equal("HandBack 0", Ask(3_000, "h"));
        Ask(4_000, "-");
        Ask(5_000, "h");
        Assert.Equal("", Ask(10_000, "h"));
        Assert.Equal("HandBack 0", Ask(11_000, "h"));
        Ask(12_000, "h");
        Assert.Equal("", Ask(21_000, "h"));
        Assert.Equal("HandBack 0", Ask(22_000, "h"));
    }

    [Fact]
    public void HandBack_OfABallotThatCameBackLate_WaitsNoLonger()
    {
        Ask(0, "h");
        Ask(3_000, "h");
        Ask(5_000, "h");
        Assert.Equal("HandBack 0", Ask(11_000, "h"));
        Ask(30_000, "h");

        Assert.Equal("HandBack 0", Ask(33_000, "h"));
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    /// <summary>Whoever is not the first in line waits for those before it.</summary>
    [Theory]
    [InlineData(149, "")]
    [InlineData(150, "TakeOver 0")]
    [InlineData(299, "TakeOver 0")]
    [InlineData(300, "TakeOver 0, TakeOver 1")]
    public void TakeOver_WhileNobodyCoordinates_IsInTheOrderOfTheLine(int milliseconds, string chores)
    {
        Assert.Equal("", Ask(0, "01-"));

        Assert.Equal(chores, Ask(milliseconds, "01-"));
    }

    [Fact]
    public void TakeOver_SomebodyCoordinatesBetweenTwoLooks_WaitsAnew()
    {
        Ask(0, "1");
        Ask(150, "-");
        Ask(300, "1");

        Assert.Equal("", Ask(450, "1"));
        Assert.Equal("TakeOver 0", Ask(600, "1"));
    }

    [Theory]
    [InlineData(1_999, "")]
    [InlineData(2_000, "Repair 0")]
    public void Repair_OfReplicasInDoubt_BeginsAgainAfterAWhile(int milliseconds, string chores)
    {
        Assert.Equal("Repair 0", Ask(0, "d"));

        Assert.Equal(chores, Ask(milliseconds, "d"));
    }

    [Theory]
    [InlineData(59_999, "")]
    [InlineData(60_000, "Repair 0")]
    public void Repair_OfReplicasWithoutDoubt_KeepsToTheSchedule(int milliseconds, string chores)
    {
        Assert.Equal("", Ask(0, "a"));

        Assert.Equal(chores, Ask(milliseconds, "a"));
    }

    /// <summary>Those that may lack something come first, and each partition has its turn.</summary>
    [Fact]
    public void Repair_OfMoreThanAtATime_TakesTurnsWithDoubtsFirst()
    {
        Ask(0, "aaaaaa");

        Assert.Equal("Repair 2, Repair 3", Ask(60_000, "aaddaa"));
        Assert.Equal("Repair 4, Repair 5", Ask(60_200, "aaddaa"));
        Assert.Equal("Repair 0, Repair 1", Ask(60_400, "aaddaa"));
        Assert.Equal("", Ask(60_600, "aaddaa"));
        Assert.Equal("Repair 2, Repair 3", Ask(62_000, "aaddaa"));
    }

    /// <summary>Each takes a few syncs, of a disk that is slow.</summary>
    [Fact]
    public void HandOn_OfMoreThanAtATime_TakesTheFirstOnesEachTime()
    {
        Assert.Equal("HandOn 1, HandOn 2, HandOn 4", Ask(0, "-oo-ooo"));
        Assert.Equal("", Ask(99, "----ooo"));
        Assert.Equal("HandOn 5, HandOn 6", Ask(100, "-----oo"));
    }

    [Fact]
    public void Move_OfMoreThanAtATime_TakesTurnsWithinTheBudget()
    {
        Assert.Equal("Move 0, Move 1", Ask(0, "mmm"));
        Assert.Equal("", Ask(199, "mmm"));
        Assert.Equal("Move 2", Ask(200, "msm"));
        Assert.Equal("", Ask(400, "ssm"));
    }

    private string Ask(int milliseconds, string partitions, bool isPurging = false)
    {
        var conditions = partitions.Select(letter => new FakePartition
        {
            HasWork = letter is 'w' or 'b',
            HasLearnerToRebuild = letter is 'l' or 'b',
            IsRebuilding = letter == 'r',
            HasMoveToSweep = letter == 'm',
            IsSweeping = letter == 's',
            MayPurge = letter == 'p',
            MayHandBack = letter == 'h',
            MayHandOn = letter == 'o',
            IsComparing = letter == 'c',
            MayCompare = letter is 'd' or 'a',
            HasDoubts = letter == 'd',
            PlaceInLine = char.IsAsciiDigit(letter) ? letter - '0' : null,
        });
        var chores = _chores.Next(Milliseconds(milliseconds), [.. conditions], isPurging);
        return string.Join(", ", chores.Select(chore => $"{chore.Kind} {chore.Partition}"));
    }

    private sealed class FakePartition : IPartitionCondition
    {
        public bool HasWork { get; set; }

        public bool IsRebuilding { get; init; }

        public bool HasLearnerToRebuild { get; set; }

        public bool IsSweeping { get; init; }

        public bool HasMoveToSweep { get; init; }

        public bool MayPurge { get; init; }

        public bool MayHandBack { get; init; }

        public bool MayHandOn { get; init; }

        public bool IsComparing { get; init; }

        public bool MayCompare { get; init; }

        public bool HasDoubts { get; init; }

        public int? PlaceInLine { get; init; }
    }
}
