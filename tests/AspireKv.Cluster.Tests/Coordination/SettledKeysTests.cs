using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Keys;

namespace AspireKv.Cluster.Tests.Coordination;

public sealed class SettledKeysTests
{
    [Fact]
    public void Contains_WhatWasAdded()
    {
        var settled = new SettledKeys(10);
        settled.Add(Key(1));

        Assert.True(settled.Contains(Key(1)));
        Assert.False(settled.Contains(Key(2)));
    }

    /// <summary>The key must be gone wherever it stands: what is not committed any more would be read as settled.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Remove_OfAKeyOfAnyAge_ForgetsIt(int addedSince)
    {
        var settled = new SettledKeys(4);
        settled.Add(Key(0));
        for (var i = 1; i <= addedSince; i++)
        {
            settled.Add(Key(i));
        }

        settled.Remove(Key(0));

        Assert.False(settled.Contains(Key(0)));
    }

    [Fact]
    public void Remove_OfAKeyOfBothGenerations_ForgetsIt()
    {
        var settled = new SettledKeys(4);
        settled.Add(Key(0));
        settled.Add(Key(1));
        settled.Add(Key(2));
        Assert.True(settled.Contains(Key(0)));

        settled.Remove(Key(0));

        Assert.False(settled.Contains(Key(0)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public void Count_NeverExceedsTheCapacity(int capacity)
    {
        var settled = new SettledKeys(capacity);
        for (var i = 0; i < 1_000; i++)
        {
            settled.Add(Key(i));
        }

        // Asking renews a key, so each is asked of a set that was made the same way.
        var kept = Enumerable.Range(0, 1_000).Count(i => FilledLike(capacity).Contains(Key(i)));

        Assert.InRange(kept, 1, Math.Max(2, capacity));
        Assert.True(settled.Contains(Key(999)));
    }

    [Fact]
    public void Key_ThatIsInUse_OutlivesMoreKeysThanTheCapacity()
    {
        var settled = new SettledKeys(10);
        settled.Add(Key(0));
        for (var i = 1; i < 1_000; i++)
        {
            settled.Add(Key(i));

            Assert.True(settled.Contains(Key(0)), $"forgotten after {i} others");
        }
    }

    private static SettledKeys FilledLike(int capacity)
    {
        var settled = new SettledKeys(capacity);
        for (var i = 0; i < 1_000; i++)
        {
            settled.Add(Key(i));
        }

        return settled;
    }

    private static StoreKey Key(int number) => StoreKey.Create("default", System.Text.Encoding.UTF8.GetBytes($"key{number}"));
}
