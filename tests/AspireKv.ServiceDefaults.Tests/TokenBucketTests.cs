using AspireKv.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.ServiceDefaults.Tests;

public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryTake_Full_GivesAsManyAsItHoldsAndNoMore()
    {
        var bucket = new TokenBucket(5, _time);

        Assert.Equal(5, TakeAll(bucket));
        Assert.False(bucket.HasToken);
    }

    [Fact]
    public void TryTake_AfterAFifthOfASecond_GivesOneMore()
    {
        var bucket = new TokenBucket(5, _time);
        TakeAll(bucket);

        _time.Advance(TimeSpan.FromMilliseconds(200));

        Assert.True(bucket.HasToken);
        Assert.Equal(1, TakeAll(bucket));
    }

    [Fact]
    public void TryTake_AfterALongRest_GivesNoMoreThanItHolds()
    {
        var bucket = new TokenBucket(5, _time);

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(5, TakeAll(bucket));
    }

    [Fact]
    public void TryTake_NoTokensASecond_GivesNone()
    {
        var bucket = new TokenBucket(0, _time);

        _time.Advance(TimeSpan.FromHours(1));

        Assert.False(bucket.HasToken);
        Assert.False(bucket.TryTake());
    }

    [Fact]
    public async Task TryTake_ManyThreads_GiveNoTokenTwice()
    {
        var bucket = new TokenBucket(1_000, _time);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => TakeAll(bucket))));

        Assert.Equal(1_000, taken.Sum());
    }

    private static int TakeAll(TokenBucket bucket)
    {
        var taken = 0;
        while (bucket.TryTake())
        {
            taken++;
        }

        return taken;
    }
}
