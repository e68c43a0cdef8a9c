using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>
/// Picks loopback ports on which nothing listens. They lie below the range from which the system numbers outgoing connections, so that
/// none of those can take a port while the service that it was picked for is down.
/// </summary>
internal sealed class FreePorts
{
    private const int Lowest = 12_000;
    private const int Highest = 32_000;
    private const int Tries = 1_000;

    private readonly HashSet<int> _given = [];

    public int Next()
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            var port = RandomNumberGenerator.GetInt32(Lowest, Highest);
            if (IsFree(port) && _given.Add(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"Found no free port in {Tries} tries between {Lowest} and {Highest}.");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
