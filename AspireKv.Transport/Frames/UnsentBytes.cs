using System.Net.Sockets;
using AspireKv.Transport.Codec;

namespace AspireKv.Transport.Frames;

/// <summary>
/// Keeps the operating system from taking in much more than it can send. What it took can neither be overtaken by a small message nor be
/// counted among what waits; by itself it takes in megabytes on a slow link.
/// </summary>
internal static class UnsentBytes
{
    private const int TcpProtocol = 6;

    /// <summary>TCP_NOTSENT_LOWAT of Linux: bounds what was not sent yet, and leaves alone what is on its way.</summary>
    private const int NotSentLowWater = 25;

    /// <summary>Does nothing where the system has no such option; no stream is worse off than without it.</summary>
    public static void Limit(Socket socket)
    {
        if (!OperatingSystem.IsLinux() || socket.ProtocolType != ProtocolType.Tcp)
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(bytes, 2 * WireLimits.PieceBytes);
        try
        {
            socket.SetRawSocketOption(TcpProtocol, NotSentLowWater, bytes);
        }
        catch (SocketException)
        {
            // A kernel that does not know it: the system takes in as much as it likes.
        }
    }
}
