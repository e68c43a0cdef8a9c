using System.Net;
using System.Net.Sockets;

namespace AspireKv.AppHost;

/// <summary>
/// Looks whether ports are free before anything starts: one clear line now, instead of a stack trace in one of seven console logs.
/// </summary>
internal static class PortCheck
{
    /// <summary>What a service that listens on "localhost" binds.</summary>
    private static readonly IPAddress[] Loopbacks = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>One line about the first port that cannot be opened, or not by all that want it; null when all can.</summary>
    /// <param name="uses">Where two want the same port, the later one is asked to go elsewhere.</param>
    public static string? FindProblem(IReadOnlyCollection<PortUse> uses)
    {
        if (uses.GroupBy(static use => use.Port).FirstOrDefault(static same => same.Count() > 1) is { } clash)
        {
            var purposes = string.Join(" and to ", clash.Select(static use => use.Purpose));
            return $"Port {clash.Key} is given to {purposes}: change {clash.Last().Option}.";
        }

        foreach (var use in uses)
        {
            foreach (var address in Loopbacks)
            {
                switch (TryListen(address, use.Port))
                {
                    case SocketError.AddressAlreadyInUse:
                        return $"Port {use.Port}, for {use.Purpose}, is in use on {address}. "
                            + $"Stop the program that uses it, or choose another port with {use.Option}.";
                    case SocketError.AccessDenied:
                        return $"Port {use.Port}, for {use.Purpose}, may not be opened by this user. "
                            + $"Choose another port with {use.Option}.";
                }
            }
        }

        return null;
    }

    /// <summary>A machine without IPv6 answers something else than the two errors above, and that is no obstacle.</summary>
    /// <param name="address">Where to listen.</param>
    /// <param name="port">The port, or 0 for one that is free.</param>
    public static SocketError TryListen(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }
}
