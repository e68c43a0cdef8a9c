using AspireKv.Cluster.Status;

namespace AspireKv.Cluster.Tests.Status;

/// <summary>A disk is slow from 100 ms on, after 2 s, and well again after 60.</summary>
public sealed class DiskRuleTests
{
    private readonly DiskRule _rule = new(Milliseconds(100), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60));

    [Fact]
    public void Look_SlowerThanTheOthersForLongEnough_IsSlow()
    {
        Assert.False(Look(0, sync: 450, others: [5, 5]).IsSlow);
        Assert.False(Look(1_999, sync: 450, others: [5, 5]).IsSlow);
        Assert.True(Look(2_000, sync: 450, others: [5, 5]).IsSlow);
    }

    [Fact]
    public void Look_QuickOnceInBetween_BeginsAnew()
    {
        Look(0, sync: 450, others: [5, 5]);
        Look(1_500, sync: 5, others: [5, 5]);
        Look(1_750, sync: 450, others: [5, 5]);

        Assert.False(Look(3_000, sync: 450, others: [5, 5]).IsSlow);
        Assert.True(Look(3_750, sync: 450, others: [5, 5]).IsSlow);
    }

    /// <summary>Where all are slow nobody is better; and what is quick enough is, whatever the others are.</summary>
    [Theory]
    [InlineData(450, new[] { 200, 200 })]
    [InlineData(450, new[] { 5, 113 })]
    [InlineData(99, new[] { 1, 1 })]
    [InlineData(450, new int[0])]
    [InlineData(0, new[] { 5, 5 })]
    public void Look_NotMuchWorseThanTheOthers_IsNeverSlow(int sync, int[] others)
    {
        Look(0, sync, others);

        Assert.False(Look(10_000, sync, others).IsSlow);
    }

    [Theory]
    [InlineData(100, new[] { 25, 25 })]
    [InlineData(450, new[] { 5, 5, 400 })]
    public void Look_WorseByTheFactor_IsSlow(int sync, int[] others)
    {
        Look(0, sync, others);

        Assert.True(Look(2_000, sync, others).IsSlow);
    }

    [Fact]
    public void Look_QuickAgain_IsWellOnlyAfterAWhile()
    {
        Look(0, sync: 450, others: [5, 5]);
        Look(2_000, sync: 450, others: [5, 5]);

        Assert.True(Look(61_999, sync: 5, others: [5, 5]).IsSlow);
        Assert.False(Look(62_000, sync: 5, others: [5, 5]).IsSlow);
    }

    [Fact]
    public void Look_Full_IsFullAtOnceAndForAWhileAfter()
    {
        Assert.False(Look(0).IsFull);
        Assert.True(Look(250, isFull: true) is { IsFull: true, IsHandicap: true, IsSlow: false });
        Assert.True(Look(60_249).IsFull);
        Assert.False(Look(60_250).IsHandicap);
    }

    [Fact]
    public void Look_TellsTheTimeOfTheSyncs() => Assert.Equal(Milliseconds(7), Look(0, sync: 7).SyncTime);

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    private DiskCondition Look(int at, int sync = 5, int[]? others = null, bool isFull = false) =>
        _rule.Look(Milliseconds(at), Milliseconds(sync), isFull, [.. (others ?? [5, 5]).Select(Milliseconds)]);
}
