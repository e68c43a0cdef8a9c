namespace AspireKv.AccessTokens.Tests;

public sealed class ValidatedTokenCacheTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Add_BeyondCapacity_DropsTheOldest()
    {
        var cache = new ValidatedTokenCache(capacity: 2);
        cache.Add(Token(1), Start);
        cache.Add(Token(2), Start);
        cache.Add(Token(3), Start);

        Assert.Equal(2, cache.Count);
        Assert.False(cache.TryGet([1], out _));
        Assert.True(cache.TryGet([2], out _));
        Assert.True(cache.TryGet([3], out _));
    }

    [Fact]
    public void Add_SameTokenAgain_CountsOnce()
    {
        var cache = new ValidatedTokenCache(capacity: 2);
        cache.Add(Token(1), Start);
        cache.Add(Token(1), Start);

        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void Add_AfterOthersExpired_DropsThem()
    {
        var cache = new ValidatedTokenCache(capacity: 100);
        for (byte i = 0; i < 50; i++)
        {
            cache.Add(Token(i), Start);
        }

        cache.Add(new ValidatedAccessToken([200], "s", Start.AddHours(2)), expiredBefore: Start.AddHours(1).AddTicks(1));

        Assert.Equal(1, cache.Count);
        Assert.True(cache.TryGet([200], out _));
    }

    [Fact]
    public void TryGet_TokensThatShareAPrefix_AreToldApart()
    {
        var cache = new ValidatedTokenCache(capacity: 10);
        cache.Add(new ValidatedAccessToken([1, 2, 3], "s", Start), Start);

        Assert.False(cache.TryGet([1, 2], out _));
        Assert.False(cache.TryGet([1, 2, 3, 4], out _));
        Assert.True(cache.TryGet([1, 2, 3], out _));
    }

    private static ValidatedAccessToken Token(byte id) => new([id], "s", Start.AddHours(1));
}
