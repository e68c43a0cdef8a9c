using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace AspireKv.ServiceDefaults;

/// <summary>
/// Whose word is taken on where a request comes from (<c>X-Forwarded-For</c>): addresses, and networks as in <c>10.0.0.0/8</c>.
/// </summary>
public static class TrustedNetworks
{
    /// <summary>The first that is neither an address nor a network, or null.</summary>
    public static string? FindFault(IEnumerable<string> networks) => networks.FirstOrDefault(static text => !TryParse(text, out _));

    /// <summary>
    /// Believes these, and nobody else, about the client's address: only the last one in the header, which they wrote themselves.
    /// </summary>
    /// <exception cref="FormatException">One is neither an address nor a network.</exception>
    public static void Trust(this ForwardedHeadersOptions forwarded, IEnumerable<string> networks)
    {
        ArgumentNullException.ThrowIfNull(forwarded);
        ArgumentNullException.ThrowIfNull(networks);

        forwarded.ForwardLimit = 1;
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        foreach (var network in Parse(networks))
        {
            forwarded.KnownIPNetworks.Add(network);
        }

        // With nobody named the middleware would believe everybody.
        forwarded.ForwardedHeaders = forwarded.KnownIPNetworks.Count > 0 ? ForwardedHeaders.XForwardedFor : ForwardedHeaders.None;
    }

    /// <summary>The networks that the texts name.</summary>
    /// <exception cref="FormatException">One is neither an address nor a network.</exception>
    public static IReadOnlyList<IPNetwork> Parse(IEnumerable<string> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        return
        [
            .. networks.Select(static text =>
                TryParse(text, out var network) ? network : throw new FormatException($"'{text}' is neither an address nor a network")),
        ];
    }

    /// <summary>
    /// One address is the network of just that address. One of IPv4 must have all its parts: "10" is read as 0.0.0.10 elsewhere.
    /// </summary>
    private static bool TryParse(string text, out IPNetwork network)
    {
        if (!text.Contains(':', StringComparison.Ordinal) && text.Count(static character => character == '.') != 3)
        {
            network = default;
            return false;
        }

        if (IPAddress.TryParse(text, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text, out network);
    }
}
