using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;

namespace AspireKv.ServiceDefaults.Tests;

[Collection(AloneInTheProcess.Name)]
public sealed class SlowScrapeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The exporter by itself keeps every other scrape waiting for a minute.</summary>
    [Fact]
    public async Task Scrape_WhileAnotherReaderTakesNothing_IsAnsweredAtOnce()
    {
        await using var host = await DefaultsHost.StartAsync();
        using var slow = await AskAndReadNothingAsync(host.Http.BaseAddress!.Port, scrapes: 2_000);

        // The slow reader is stuck once the buffers on the way are full; and what is asked within a third of a second is rendered once.
        var first = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(first) < TimeSpan.FromSeconds(6))
        {
            var started = TimeProvider.System.GetTimestamp();

            var text = await host.Http.GetStringAsync("/metrics").WaitAsync(Limit, TimeProvider.System);

            Assert.Contains("memory_usage_bytes", text, StringComparison.Ordinal);
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "the scrape waited for the slow reader");
        }
    }

    [Fact]
    public async Task Scrape_ThatIsNotTaken_IsCutOff()
    {
        await using var host = await DefaultsHost.StartAsync();
        using var slow = await AskAndReadNothingAsync(host.Http.BaseAddress!.Port, scrapes: 2_000);

        // Reading would be taking: only whether the connection is still there is looked at.
        var started = TimeProvider.System.GetTimestamp();
        while (!slow.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectError) && !IsReset(slow))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Limit, "Waited for the slow reader to be cut off.");
        }
    }

    private static bool IsReset(Socket socket) =>
        socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is not 0
        || NetworkState(socket) is not TcpState.Established;

    private static TcpState NetworkState(Socket socket)
    {
        var local = (IPEndPoint)socket.LocalEndPoint!;
        return IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .FirstOrDefault(connection => connection.LocalEndPoint.Equals(local))
            ?.State ?? TcpState.Closed;
    }

    private static async Task<Socket> AskAndReadNothingAsync(int port, int scrapes)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var request = Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", scrapes)));
        await socket.SendAsync(request).WaitAsync(Limit, TimeProvider.System);
        return socket;
    }
}
