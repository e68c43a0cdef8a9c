using System.Net;
using System.Net.Sockets;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>
/// Whose address an address is, for counting. One of IPv4 stands for itself. A customer of IPv6 has a whole network and a new address for
/// every try: the /64 is counted, and the /56 and the /48 around it, since some have those.
/// </summary>
public static class AddressGroups
{
    private static readonly int[] PrefixLengths = [64, 56, 48];

    /// <summary>The groups of an address, the narrowest first: one for IPv4, three for IPv6.</summary>
    public static IReadOnlyList<IPNetwork> Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Array.ConvertAll(PrefixLengths, length => Network(address, length))
            : [new IPNetwork(address, 32)];
    }

    private static IPNetwork Network(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(length / 8).Clear();
        return new IPNetwork(new IPAddress(bytes), length);
    }
}
