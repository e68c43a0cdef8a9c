using AspireKv.Cluster.Housekeeping;
using AspireKv.Cluster.Partitions;

namespace AspireKv.Cluster.Tests.Housekeeping;

public sealed class ChoresTests
{
    private static readonly ChoreOptions Options = new()
    {
        TickInterval = Milliseconds(25),
        RebuildInterval = Milliseconds(100),
        MaxRebuilds = 2,
        PurgeInterval = Milliseconds(1_000),
        MaxPurges = 4,
    };

    private readonly Chores _chores = new(Options);

    /// <summary>
    /// One letter a partition: w has work, l has a learner to rebuild, r is being rebuilt, b both has work and a learner, p may be purged,
    /// - nothing.
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
            RebuildInterval = Milliseconds(30),
            MaxRebuilds = 2,
            PurgeInterval = Milliseconds(1_000),
            MaxPurges = 4,
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

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    private string Ask(int milliseconds, string partitions, bool isPurging = false)
    {
        var conditions = partitions.Select(letter => new FakePartition
        {
            HasWork = letter is 'w' or 'b',
            HasLearnerToRebuild = letter is 'l' or 'b',
            IsRebuilding = letter == 'r',
            MayPurge = letter == 'p',
        });
        var chores = _chores.Next(Milliseconds(milliseconds), [.. conditions], isPurging);
        return string.Join(", ", chores.Select(chore => $"{chore.Kind} {chore.Partition}"));
    }

    private sealed class FakePartition : IPartitionCondition
    {
        public bool HasWork { get; set; }

        public bool IsRebuilding { get; init; }

        public bool HasLearnerToRebuild { get; set; }

        public bool MayPurge { get; init; }
    }
}
