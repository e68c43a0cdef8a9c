using System.Net;
using AspireKv.Gateway.Security;
using AspireKv.Gateway.Settings;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.Tests.Security;

/// <summary>Eight MiB: two for small bodies, six for large ones, of which one address has three.</summary>
public sealed class BodyBudgetTests
{
    private const int Mebibyte = 1024 * 1024;
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Other = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress Third = IPAddress.Parse("192.0.2.3");

    private readonly BodyBudget _budget = new(Options.Create(new GatewayOptions { BodyBudgetBytes = 8 * Mebibyte }));

    [Fact]
    public void TryTake_LargeBodies_StopAtTheShareOfAnAddressAndAtTheWhole()
    {
        Assert.Equal(3, Taken(One, Mebibyte));
        Assert.Equal(3, Taken(Other, Mebibyte));
        Assert.Equal(0, Taken(Third, Mebibyte));

        _budget.Return(One, Mebibyte);
        Assert.Equal(1, Taken(Third, Mebibyte));
    }

    [Fact]
    public void TryTake_LargeBodiesHaveTakenAll_SmallOnesStillPass()
    {
        Taken(One, Mebibyte);
        Taken(Other, Mebibyte);

        Assert.Equal(32, Taken(One, BodyBudget.SmallBytes));
    }

    [Fact]
    public void TryTake_BodyLargerThanTheBudget_IsTakenWhenItIsAlone()
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
            Assert.True(_budget.TryTake(null, Mebibyte));
            Assert.True(_budget.TryTake(One, 100));
            _budget.Return(null, Mebibyte);
            _budget.Return(One, 100);
        }

        Assert.Equal(3, Taken(One, Mebibyte));
    }

    private int Taken(IPAddress address, long bytes) => Enumerable.Range(0, 100).Count(_ => _budget.TryTake(address, bytes));
}
