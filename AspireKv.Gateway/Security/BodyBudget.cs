using System.Net;
using System.Runtime.InteropServices;
using AspireKv.Gateway.Settings;
using AspireKv.ServiceDefaults.Listening;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.Security;

/// <summary>
/// Bounds the bytes of all bodies that are under way at a time. What a body announces is taken from the budget before it is read and given
/// back when its request has ended. A quarter is for small bodies only, so that a few large ones that come slowly keep nobody from writing
/// small values; and one address has at most half of the rest. Thread-safe.
/// </summary>
internal sealed class BodyBudget(IOptions<GatewayOptions> options)
{
    /// <summary>A body of at most so many bytes is small.</summary>
    public const int SmallBytes = 64 * 1024;

    private readonly long _small = options.Value.BodyBudgetBytes / 4;
    private readonly long _large = options.Value.BodyBudgetBytes - (options.Value.BodyBudgetBytes / 4);
    private readonly Lock _gate = new();

    /// <summary>Bytes of large bodies by address, each above zero. Guarded by <see cref="_gate"/>.</summary>
    private readonly Dictionary<IPNetwork, long> _byAddress = [];

    /// <summary>Bytes of small bodies under way; changed with Interlocked.</summary>
    private long _smallTaken;

    /// <summary>Bytes of large bodies under way. Guarded by <see cref="_gate"/>.</summary>
    private long _largeTaken;

    /// <summary>Takes the bytes of a body, or says that there is no room for it now. A body that is alone is always taken.</summary>
    public bool TryTake(IPAddress? address, long bytes) => bytes <= SmallBytes ? TryTakeSmall(bytes) : TryTakeLarge(Group(address), bytes);

    /// <summary>Gives back what was taken.</summary>
    public void Return(IPAddress? address, long bytes)
    {
        if (bytes <= SmallBytes)
        {
            Interlocked.Add(ref _smallTaken, -bytes);
            return;
        }

        var group = Group(address);
        lock (_gate)
        {
            _largeTaken -= bytes;
            if ((CollectionsMarshal.GetValueRefOrAddDefault(_byAddress, group, out _) -= bytes) == 0)
            {
                _byAddress.Remove(group);
            }
        }
    }

    private bool TryTakeSmall(long bytes)
    {
        if (Interlocked.Add(ref _smallTaken, bytes) <= _small)
        {
            return true;
        }

        Interlocked.Add(ref _smallTaken, -bytes);
        return false;
    }

    private bool TryTakeLarge(IPNetwork group, long bytes)
    {
        lock (_gate)
        {
            var own = _byAddress.GetValueOrDefault(group);
            if ((_largeTaken > 0 && _largeTaken + bytes > _large) || (own > 0 && own + bytes > _large / 2))
            {
                return false;
            }

            _largeTaken += bytes;
            _byAddress[group] = own + bytes;
            return true;
        }
    }

    private static IPNetwork Group(IPAddress? address) => AddressGroups.Of(address ?? IPAddress.None)[0];
}
