using AspireKv.Auth.Accounts;

namespace AspireKv.Auth.Tests.Accounts;

public sealed class RecentSetTests
{
    [Fact]
    public void Add_SetIsFull_ForgetsWhatWasPutInLongestAgo()
    {
        var set = new RecentSet<int>(max: 3);
        foreach (var thing in (int[])[1, 2, 3, 1, 4])
        {
            set.Add(thing);
        }

        Assert.Equal([true, false, true, true], Enumerable.Range(1, 4).Select(set.Contains));
    }
}
