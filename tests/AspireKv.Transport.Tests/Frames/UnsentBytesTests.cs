using System.Net.Sockets;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Frames;

namespace AspireKv.Transport.Tests.Frames;

public sealed class UnsentBytesTests
{
    /// <summary>TCP_NOTSENT_LOWAT of Linux.</summary>
    private const int NotSentLowWater = 25;

    [Fact]
    public void Limit_OfATcpSocket_IsTwoPieces()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);

        UnsentBytes.Limit(socket);

        if (OperatingSystem.IsLinux())
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, NotSentLowWater, bytes);
            Assert.Equal(2 * WireLimits.PieceBytes, BitConverter.ToInt32(bytes));
        }
    }

    [Fact]
    public void Limit_OfASocketThatIsNoTcp_LeavesItAlone()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        UnsentBytes.Limit(socket);
    }
}
