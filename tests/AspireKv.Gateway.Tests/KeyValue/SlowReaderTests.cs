using System.Net.Sockets;
using System.Text;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.KeyValue;

/// <summary>Values that are asked for and not taken hold memory: the connection is cut.</summary>
public sealed class SlowReaderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("GET", "/v1/kv/default/k", "")]
    [InlineData("POST", "/get-value", "{\"key\":\"k\"}")]
    public async Task Read_LargeValuesThatNobodyTakes_CutsTheConnection(string method, string target, string body)
    {
        await using var gateway = await TestGateway.StartAsync(settings: new() { ["Gateway:AnswerTimeout"] = "00:00:01" });
        await gateway.Client.PutAsync("/v1/kv/default/k", new ByteArrayContent(new byte[1024 * 1024]));
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port);
        var request = $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {gateway.Token}\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n{body}";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, 20))));

        // The kernel holds a part of what was sent; a reset throws it away, and says so to whoever looks at the socket.
        var start = TimeProvider.System.GetTimestamp();
        while (!client.Client.Poll(TimeSpan.Zero, SelectMode.SelectError) && !IsReset(client.Client))
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(start) < Patience, $"Waited {Patience.TotalSeconds} s until the connection is cut.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Everybody else gets every value, also one who takes a part of the time.</summary>
    [Fact]
    public async Task Get_LargeValuesTakenInTime_AllCome()
    {
        await using var gateway = await TestGateway.StartAsync(settings: new() { ["Gateway:AnswerTimeout"] = "00:00:01" });
        var value = new byte[1024 * 1024];
        await gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent(value));
        for (var number = 0; number < 20; number++)
        {
            Assert.Equal(value.Length, (await gateway.Client.GetByteArrayAsync("/v1/kv/ns/k")).Length);
        }
    }

    private static bool IsReset(Socket socket) =>
        (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! != SocketError.Success;
}
