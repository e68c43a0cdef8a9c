using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Accounts;

/// <summary>
/// Slows guessing: so many tries in any window of time for an account and, separately, from an address. Right and wrong
/// passwords count alike, accounts that do not exist as well. Nobody is locked out for longer than the window.
/// </summary>
internal sealed class LoginLimiter(IOptions<LoginOptions> options, TimeProvider time)
{
    private readonly TryCounter<string> _byAccount = Counter<string>(options.Value, time);
    private readonly TryCounter<IPAddress> _byAddress = Counter<IPAddress>(options.Value, time);

    /// <summary>Counts a try. When false, <paramref name="retryAfter"/> says when the next may succeed.</summary>
    public bool TryAdmit(EmailAddress email, IPAddress address, out TimeSpan retryAfter) =>
        // The address first: one that is over its limit must not use up the tries of other people's accounts.
        _byAddress.TryCount(Group(address), out retryAfter) && _byAccount.TryCount(email.Value, out retryAfter);

    /// <summary>A whole /64 is one customer in IPv6, who could otherwise take a new address for every try.</summary>
    private static IPAddress Group(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static TryCounter<TKey> Counter<TKey>(LoginOptions options, TimeProvider time)
        where TKey : notnull =>
        new(options.LoginTries, options.LoginWindow, options.TrackedLoginSources, time);
}
