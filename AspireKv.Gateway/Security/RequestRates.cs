using System.Net;
using System.Threading.RateLimiting;
using AspireKv.Gateway.Settings;
using AspireKv.ServiceDefaults.Listening;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.Security;

/// <summary>How many requests a second an address and an account may make; each may make those of one second at once.</summary>
internal sealed class RequestRates(IOptions<GatewayOptions> options) : IDisposable
{
    private const int RefillsPerSecond = 10;

    private readonly PartitionedRateLimiter<IPAddress>? _byAddress =
        options.Value.RequestsPerSecondPerAddress is > 0 and var perAddress
            ? PartitionedRateLimiter.Create<IPAddress, IPNetwork>(address => Partition(AddressGroups.Of(address)[0], perAddress))
            : null;

    private readonly PartitionedRateLimiter<string>? _byAccount =
        options.Value.RequestsPerSecondPerAccount is > 0 and var perAccount
            ? PartitionedRateLimiter.Create<string, string>(account => Partition(account, perAccount))
            : null;

    /// <summary>Whether one more request of the address is taken now.</summary>
    public bool TryTake(IPAddress? address) => _byAddress is null || TryTake(_byAddress, address ?? IPAddress.None);

    /// <summary>Whether one more request of the account is taken now.</summary>
    public bool TryTake(string account) => _byAccount is null || TryTake(_byAccount, account);

    public void Dispose()
    {
        _byAddress?.Dispose();
        _byAccount?.Dispose();
    }

    private static bool TryTake<T>(PartitionedRateLimiter<T> limiter, T whose)
    {
        using var lease = limiter.AttemptAcquire(whose);
        return lease.IsAcquired;
    }

    /// <summary>The bucket of one address or account: whole tokens, and the period in which just so many are due.</summary>
    internal static TokenBucketRateLimiterOptions BucketOf(int perSecond)
    {
        var tokens = Math.Max(1, perSecond / RefillsPerSecond);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)tokens / perSecond),
            QueueLimit = 0,
        };
    }

    private static RateLimitPartition<T> Partition<T>(T key, int perSecond) =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => BucketOf(perSecond));
}
