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

    /// <summary>One line about the first port that cannot be opened; null when all can.</summary>
    public static string? FindProblem(IEnumerable<PortUse> uses)
    {
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
    private static SocketError TryListen(IPAddress address, int port)
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
