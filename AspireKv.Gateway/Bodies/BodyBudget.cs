using System.Net;
using AspireKv.Gateway.Settings;
using AspireKv.ServiceDefaults.Listening;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.Bodies;

/// <summary>
/// Bounds the bytes of all bodies that are under way at a time. What a body announces is taken from the budget before it is read, what a
/// body without an announced length needs is taken as it arrives, and all is given back when the request has ended. A quarter is for small
/// bodies only, so that a few large ones that come slowly keep nobody from writing small values; and no address has all of either part.
/// Thread-safe.
/// </summary>
internal sealed class BodyBudget(IOptions<GatewayOptions> options)
{
    /// <summary>A body of at most so many bytes is small.</summary>
    public const int SmallBytes = 64 * 1024;

    private readonly BodyPool _small = new(options.Value.BodyBudgetBytes / 4);
    private readonly BodyPool _large = new(options.Value.BodyBudgetBytes - (options.Value.BodyBudgetBytes / 4));

    /// <summary>Guards both pools.</summary>
    private readonly Lock _gate = new();

    /// <summary>Bytes that all bodies under way hold.</summary>
    public long TakenBytes
    {
        get
        {
            lock (_gate)
            {
                return _small.TakenBytes + _large.TakenBytes;
            }
        }
    }

    /// <summary>
    /// Takes what a body needs beyond what it holds, or takes nothing and says that there is no room for it now. A large body that is alone
    /// is always taken.
    /// </summary>
    /// <param name="address">Where the body comes from.</param>
    /// <param name="held">Bytes taken for this body before; 0 at first.</param>
    /// <param name="bytes">Bytes it needs in all.</param>
    public bool TryGrow(IPAddress? address, long held, long bytes)
    {
        var groups = Groups(address);
        var (from, to) = (PoolOf(held), PoolOf(bytes));
        lock (_gate)
        {
            if (!to.TryGrow(groups, from == to ? held : 0, bytes))
            {
                return false;
            }

            if (from != to)
            {
                from.Return(groups, held);
            }
        }

        return true;
    }

    /// <summary>Gives back all that was taken for a body.</summary>
    public void Return(IPAddress? address, long bytes)
    {
        var groups = Groups(address);
        lock (_gate)
        {
            PoolOf(bytes).Return(groups, bytes);
        }
    }

    private BodyPool PoolOf(long bytes) => bytes <= SmallBytes ? _small : _large;

    private static IReadOnlyList<IPNetwork> Groups(IPAddress? address) => AddressGroups.Of(address ?? IPAddress.None);
}
