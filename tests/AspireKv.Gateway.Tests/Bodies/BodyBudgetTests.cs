using System.Net;
using AspireKv.Gateway.Bodies;
using AspireKv.Gateway.Settings;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.Tests.Bodies;

/// <summary>Sixteen MiB: four for small bodies and twelve for large ones, of which one address has one and three.</summary>
public sealed class BodyBudgetTests
{
    private const int Mebibyte = 1024 * 1024;
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Other = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress Third = IPAddress.Parse("192.0.2.3");
    private static readonly IPAddress Fourth = IPAddress.Parse("192.0.2.4");
    private static readonly IPAddress Fifth = IPAddress.Parse("192.0.2.5");

    private readonly BodyBudget _budget = new(Options.Create(new GatewayOptions { BodyBudgetBytes = 16 * Mebibyte }));

    [Fact]
    public void TryGrow_LargeBodies_StopAtTheShareOfAnAddressAndAtTheWhole()
    {
        Assert.Equal(3, Taken(One, Mebibyte));
        Assert.Equal(3, Taken(Other, Mebibyte));
        Assert.Equal(3, Taken(Third, Mebibyte));
        Assert.Equal(3, Taken(Fourth, Mebibyte));
        Assert.Equal(0, Taken(Fifth, Mebibyte));

        _budget.Return(One, Mebibyte);
        Assert.Equal(1, Taken(Fifth, Mebibyte));
    }

    [Fact]
    public void TryGrow_LargeBodiesHaveTakenAll_SmallOnesStillPass()
    {
        foreach (var address in (IPAddress[])[One, Other, Third, Fourth])
        {
            Assert.Equal(3, Taken(address, Mebibyte));
        }

        Assert.Equal(16, Taken(One, BodyBudget.SmallBytes));
    }

    [Fact]
    public void TryGrow_SmallBodiesOfOneAddress_LeaveRoomForThoseOfOthers()
    {
        Assert.Equal(16, Taken(One, BodyBudget.SmallBytes));

        Assert.Equal(100, Taken(Other, 100));
        Assert.False(_budget.TryGrow(One, 0, 100));
    }

    /// <summary>Whoever has a /48 of IPv6 has as many networks of /64 as it takes.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    public void TryGrow_SmallBodiesOfOneNetwork_LeaveRoomForThoseOfOthers(int networks)
    {
        var taken = Enumerable.Range(1, networks)
            .Count(i => _budget.TryGrow(IPAddress.Parse($"2001:db8:0:{i:x}::1"), 0, BodyBudget.SmallBytes));

        Assert.Equal(32, taken);
        Assert.Equal(16, Taken(One, BodyBudget.SmallBytes));
    }

    [Fact]
    public void TryGrow_BodyLargerThanTheBudget_IsTakenWhenItIsAlone()
    {
        Assert.Equal(1, Taken(One, 20 * Mebibyte));
        Assert.Equal(0, Taken(Other, Mebibyte));

        _budget.Return(One, 20 * Mebibyte);
        Assert.Equal(3, Taken(Other, Mebibyte));
    }

    [Fact]
    public void Return_OfEverything_LeavesTheBudgetWhole()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.True(_budget.TryGrow(null, 0, Mebibyte));
            Assert.True(_budget.TryGrow(One, 0, 100));
            _budget.Return(null, Mebibyte);
            _budget.Return(One, 100);
        }

        Assert.Equal(3, Taken(One, Mebibyte));
        Assert.Equal(16, Taken(One, BodyBudget.SmallBytes));
    }

    [Fact]
    public void TryGrow_StepByStep_TakesWhatIsMissingAndGivesBackTheSmallShare()
    {
        using (var share = new BodyShare(_budget, One))
        {
            Assert.True(share.TryGrowTo(BodyBudget.SmallBytes));
            Assert.Equal(15, Taken(One, BodyBudget.SmallBytes));
            Assert.True(share.TryGrowTo(BodyBudget.SmallBytes + 1));
            Assert.Equal(1, Taken(One, BodyBudget.SmallBytes));

            Assert.True(share.TryGrowTo(2 * Mebibyte));
            Assert.True(share.TryGrowTo(Mebibyte));
            Assert.Equal(1, Taken(One, Mebibyte));
            Assert.False(share.TryGrowTo((2 * Mebibyte) + 1));
        }

        Assert.Equal(2, Taken(One, Mebibyte));
    }

    [Fact]
    public void TryGrow_BodyThatIsAlone_GrowsBeyondTheBudget()
    {
        using var share = new BodyShare(_budget, One);

        Assert.True(share.TryGrowTo(5 * Mebibyte));
        Assert.True(share.TryGrowTo(20 * Mebibyte));
        Assert.Equal(0, Taken(Other, Mebibyte));
    }

    private int Taken(IPAddress address, long bytes) => Enumerable.Range(0, 100).Count(_ => _budget.TryGrow(address, 0, bytes));
}
