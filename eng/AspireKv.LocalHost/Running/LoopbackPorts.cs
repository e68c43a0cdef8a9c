using System.Net;
using System.Net.Sockets;

namespace AspireKv.LocalHost;

/// <summary>Ports of this machine.</summary>
internal static class LoopbackPorts
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Taken = [];

    /// <summary>
    /// A port that is free now, and that this process hands out once. Another program may still take it before its user opens it; then
    /// that user fails to start and says so.
    /// </summary>
    public static int TakeFree()
    {
        lock (Gate)
        {
            while (true)
            {
                using var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                var port = ((IPEndPoint)listener.LocalEndpoint).Port;
                if (Taken.Add(port))
                {
                    return port;
                }
            }
        }
    }

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
