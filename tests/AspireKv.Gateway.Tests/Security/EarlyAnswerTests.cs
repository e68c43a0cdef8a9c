using System.Net;
using System.Net.Http.Headers;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.Security;

/// <summary>
/// The answer is known before the body has come. Many clients look for it only when all of the body is sent, and all of them lose it when
/// the connection is reset before.
/// </summary>
public sealed class EarlyAnswerTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const int Bytes = 50 * 1024 * 1024;

    public static TheoryData<string, string, bool, int> Cases => new()
    {
        { "PUT", "/v1/kv/ns/k", true, 413 },
        { "PUT", "/v1/kv/ns/k", false, 401 },
        { "PUT", "/v1/kv/NS/k", true, 400 },
        { "PUT", "/nope", true, 404 },
        { "POST", "/v1/kv/ns/k", true, 405 },
        { "put", "/v1/kv/ns/k", true, 501 },
        { "POST", "/set-value", true, 413 },
        { "POST", "/set-value", false, 401 },
        { "POST", "/get-value", true, 413 },
        { "POST", "/login", true, 413 },
        { "DELETE", "/v1/kv/ns/k", true, 204 },
        { "GET", "/v1/kv/ns/k", true, 404 },
        { "GET", "/metrics", true, 200 },
        { "POST", "/health", true, 405 },
    };

    /// <summary>Sends everything, then reads: as Python's http.client does, and proxies that hold a body back.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Send_FiftyMebibytesBeforeReading_TheAnswerIsThere(string method, string target, bool isGood, int status)
    {
        var gateway = fixture.Fresh();
        foreach (var isChunked in new[] { false, true })
        {
            using var connection = gateway.Connect();
            await SendAsync(connection, gateway, method, target, isGood, isChunked);
            var answer = await connection.ReadAsync(hasBody: status is not (200 or 204));
            Assert.Equal(status, answer.Status);
            var isChange = target is "/set-value" || (target != "/nope" && method is "PUT" or "DELETE" or "put");
            Assert.Equal(
                isChange ? status == 204 ? "applied" : "not-applied" : null, answer.Headers.GetValueOrDefault("AspireKv-Outcome"));
        }
    }

    /// <summary>Reads while it sends: the answer may come at any time.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Send_FiftyMebibytesByHttpClient_TheAnswerIsThere(string method, string target, bool isGood, int status)
    {
        var gateway = fixture.Fresh();
        if (method == "put")
        {
            // The client mends the spelling.
            return;
        }

        foreach (var isChunked in new[] { false, true })
        {
            using var client = new HttpClient { BaseAddress = gateway.Address };
            using var request = new HttpRequestMessage(new HttpMethod(method), target) { Content = new ByteArrayContent(new byte[Bytes]) };
            request.Headers.TransferEncodingChunked = isChunked;
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", isGood ? gateway.Token : "none.of.ours");
            using var answer = await client.SendAsync(request);
            Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        }
    }

    /// <summary>Where nobody can say where the body ends, it is thrown away as it comes.</summary>
    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 52428800", 400)]
    [InlineData("Transfer-Encoding: gzip, chunked", 501)]
    public async Task Send_FiftyMebibytesThatHaveNoEnd_TheAnswerIsThere(string framing, int status)
    {
        var gateway = fixture.Fresh();
        foreach (var target in new[] { "/v1/kv/ns/k", "/nope" })
        {
            using var connection = gateway.Connect();
            await connection.SendAsync($"PUT {target} HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n", new byte[Bytes]);
            var answer = await connection.ReadAsync();
            Assert.Equal(status, answer.Status);
            Assert.Equal("close", answer.Headers["Connection"]);
        }
    }

    /// <summary>The drain has a bound: who goes on sending is cut off.</summary>
    [Fact]
    public async Task Send_ABodyWithoutEnd_IsCutOff()
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        await connection.SendAsync("PUT /v1/kv/ns/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000000\r\n\r\n");
        Assert.Equal(401, (await connection.ReadAsync()).Status);
        var part = new byte[64 * 1024];
        var start = TimeProvider.System.GetTimestamp();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(30))
            {
                await connection.SendAsync("", part);
            }
        });
    }

    private static async Task SendAsync(
        RawConnection connection, TestGateway gateway, string method, string target, bool isGood, bool isChunked)
    {
        var token = isGood ? gateway.Token : "none.of.ours";
        var framing = isChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {Bytes}";
        await connection.SendAsync($"{method} {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{framing}\r\n\r\n");
        var part = new byte[1024 * 1024];
        for (var sent = 0; sent < Bytes; sent += part.Length)
        {
            await connection.SendAsync(isChunked ? $"{part.Length:x}\r\n" : "", part);
            if (isChunked)
            {
                await connection.SendAsync("\r\n");
            }
        }

        if (isChunked)
        {
            await connection.SendAsync("0\r\n\r\n");
        }
    }
}
