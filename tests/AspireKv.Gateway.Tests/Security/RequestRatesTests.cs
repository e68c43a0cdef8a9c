using AspireKv.Gateway.Security;

namespace AspireKv.Gateway.Tests.Security;

public sealed class RequestRatesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(19)]
    [InlineData(1_000)]
    [InlineData(1_234_567)]
    public void BucketOf_AnyRate_GivesJustSoManyASecond(int perSecond)
    {
        var bucket = RequestRates.BucketOf(perSecond);

        Assert.Equal(perSecond, bucket.TokensPerPeriod / bucket.ReplenishmentPeriod.TotalSeconds, tolerance: perSecond * 0.001);
        Assert.Equal(perSecond, bucket.TokenLimit);
    }
}
