using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AspireKv.ServiceDefaults.Tests;

/// <summary>What every service refuses by its form, shown on one that has nothing of its own.</summary>
public sealed class RequestFormTests
{
    private const string Body = "Content-Length: 3\r\n\r\nabc";

    [Theory]
    [InlineData("GET /alive HTTP/1.1", Body, 200)]
    [InlineData("GET /alive HTTP/1.1", "Content-Length: 0000000000000000000000003\r\n\r\nabc", 200)]
    [InlineData("GET /alive HTTP/1.1", "Content-Length: +3\r\n\r\nabc", 400)]
    [InlineData("GET /alive HTTP/1.1", "Content-Length: -0\r\n\r\n", 400)]
    [InlineData("GET /alive HTTP/1.1", "Content-Length: \r\n\r\n", 400)]
    [InlineData("GET /alive HTTP/1.1", "Content-Length: 30000000000000000000000000\r\n\r\nabc", 400)]
    [InlineData("head /alive HTTP/1.1", "\r\n", 501)]
    [InlineData("get /health HTTP/1.1", "\r\n", 501)]
    [InlineData("Post /boom HTTP/1.1", Body, 501)]
    [InlineData("BREW /nope HTTP/1.1", Body, 501)]
    [InlineData("GET /alive HTTP/1.1", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200)]
    [InlineData("GET /alive HTTP/1.1", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501)]
    [InlineData("GET /alive HTTP/1.1", "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501)]
    [InlineData("GET /alive HTTP/1.1", "Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("GET /alive HTTP/1.1", "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("GET /alive HTTP/1.1", "Transfer-Encoding: \r\n\r\n0\r\n\r\n", 400)]
    [InlineData("GET /alive HTTP/1.1", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("GET /alive HTTP/1.0", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("GET /alive HTTP/1.1", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nxyz", 400)]
    [InlineData("GET /alive HTTP/1.1", "Content-Encoding: gzip\r\n" + Body, 415)]
    public async Task Request_OfWrongForm_IsRefusedBeforeAnythingLooksAtIt(string line, string rest, int status)
    {
        await using var host = await DefaultsHost.StartAsync();
        var answer = await AskAsync(host, $"{line}\r\nHost: localhost\r\nConnection: close\r\n{rest}");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    /// <summary>All of the body is sent before the answer is looked for.</summary>
    [Fact]
    public async Task Request_WithALongBodyThatNobodyReads_IsAnsweredAllTheSame()
    {
        await using var host = await DefaultsHost.StartAsync();
        var body = new string('x', 50 * 1024 * 1024);
        var answer = await AskAsync(
            host, $"POST /nope HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Assert.StartsWith("HTTP/1.1 404 ", answer, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(DefaultsHost host, string request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Http.BaseAddress!.Port, patience.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, patience.Token);
        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
