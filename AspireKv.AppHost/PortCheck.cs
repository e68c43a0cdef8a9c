using System.Net;
using System.Net.Sockets;

namespace AspireKv.AppHost;

/// <summary>
/// Looks whether ports are free before anything starts: one clear line now, instead of a stack trace in one of seven console logs.
/// </summary>
internal static class PortCheck
{
    public static (int Port, string Purpose, string Option)? FirstInUse(IEnumerable<(int Port, string Purpose, string Option)> uses)
    {
        foreach (var use in uses)
        {
            if (!IsFree(use.Port))
            {
                return use;
            }
        }

        return null;
    }

    private static bool IsFree(int port)
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
