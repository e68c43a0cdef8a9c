using System.Net.Sockets;
using System.Text;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.Security;

/// <summary>
/// Requests with anything wrong in them: refused without a 500, without a word of what is inside, and the gateway goes on.
/// </summary>
public sealed class MalformedRequestTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const int Count = 2_000;
    private const int Seed = 20261123;

    private static readonly string[] Leaks = ["Exception", "   at ", ".cs:line", "System.", "Microsoft.", "AspireKv.Gateway"];

    private static readonly string[] Methods =
    [
        "GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "G\0T", "", "VERYLONGMETHODNAMEINDEED",
    ];

    private static readonly string[] Targets =
    [
        "/v1/kv/ns/k", "/set-value", "/get-value", "/delete-value", "/login", "/v1/cluster", "/metrics", "/health", "*", "", "//",
        "/v1/kv//", "/v1/kv/ns/", "/v1/kv/ns/%", "/v1/kv/ns/%zz", "/v1/kv/ns/%00", "/v1/kv/ns/../../metrics", "/v1/kv/%2e%2e/k",
        "/v1/kv/ns/%c0%af", "http://other/v1/kv/ns/k", "/v1/kv/ns/k?x=%", "/%2e%2e/%2e%2e/etc/passwd", "/v1\\kv\\ns\\k", "/v1/kv/ns/k#f",
        "/v1/kv/n s/k", "/\xff\xfe", "/v1/kv/ns/" + "%41",
    ];

    private static readonly string[] HeaderLines =
    [
        "If-Match: *", "If-Match: \"", "If-Match: \"a\",,\"b\"", "If-None-Match: *, \"x\"", "If-None-Match: W/\"1\"", "Content-Length: 3",
        "Content-Length: -3", "Content-Length: 99999999999999999999", "Content-Length: 3\r\nContent-Length: 4",
        "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Content-Type: \xff",
        "Content-Type: application/json; charset=utf-7", "Content-Encoding: gzip", "Expect: 200-maybe", "Range: bytes=5-1",
        "Host: a\r\nHost: b", "Cookie: ", "X: \0", ": empty", "NoColon", "Authorization: Bearer", "Accept: \"",
        "Upgrade: h2c\r\nConnection: Upgrade", "Connection: keep-alive, close, x", "traceparent: 00-zz",
        "traceparent: 00-00000000000000000000000000000000-0000000000000000-00", "Forwarded: for=\"", " folded: x", "TE: trailers, x",
    ];

    private static readonly string[] Bodies =
    [
        "", "{", "{}", "[]", "null", "\"key\"", "{\"key\":1}", "{\"key\":null,\"value\":null}", "{\"key\":\"\\ud800\",\"value\":\"v\"}",
        "{\"key\":\"k\",\"key\":\"l\"}", "{\"key\":\"k\",\"value\":{}}", "{\"key\":[],\"value\":\"v\"}", "\xff\xfe\x00",
        "{\"key\":\"\",\"value\":\"v\"}", "{\"key\":\"k\",\"value\":\"v\"}}", "email=user@example.com", "{\"email\":{}}",
        "{\"email\":\"\\u0000\"}", "5\r\nhello\r\n0\r\n\r\n", "fffffffff\r\n",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    ];

    [Fact]
    public async Task Requests_MalformedAtRandom_AreRefusedAndSayNothingOfWhatIsInside()
    {
        var gateway = fixture.Fresh();
        var random = new Random(Seed);
        var requests = Enumerable.Range(0, Count).Select(_ => Draw(random, gateway.Token)).ToArray();
        var answers = new string[Count];

        // Many at a time, since those that lack something wait for it.
        await Parallel.ForAsync(
            0,
            Count,
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (number, _) => answers[number] = await AskAsync(gateway.Address, requests[number]));

        for (var number = 0; number < Count; number++)
        {
            var answer = answers[number];
            if (answer.Length == 0)
            {
                // Kestrel may just close on what is no HTTP at all.
                continue;
            }

            var shown = $"seed {Seed}, request {number}:\n{Escape(requests[number])}\nanswer:\n{answer}";
            Assert.True(answer.StartsWith("HTTP/1.", StringComparison.Ordinal), shown);

            // 501 and 505 say that the request asks for what HTTP servers need not know; nothing else of the 5xx is the client's doing.
            Assert.True(!answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal) || answer[9..12] is "501" or "505", shown);
            if (!answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            {
                // The metrics count exceptions by their names; errors must not name any.
                Assert.False(Leaks.Any(leak => answer.Contains(leak, StringComparison.Ordinal)), shown);
            }
        }

        var answered = answers.Count(answer => answer.Length > 0);
        Assert.True(answered > Count * 3 / 4, $"only {answered} of {Count} were answered");
        Assert.Equal(204, (int)(await gateway.Client.PutAsync("/v1/kv/ns/alive", new StringContent("v"))).StatusCode);
        Assert.Equal("v", await gateway.Client.GetStringAsync("/v1/kv/ns/alive"));
    }

    private static byte[] Draw(Random random, string token)
    {
        var body = Bodies[random.Next(Bodies.Length)];
        var text = new StringBuilder($"{Methods[Skewed(random, Methods.Length)]} {Targets[Skewed(random, Targets.Length)]} HTTP/1.1\r\n")
            .Append("Host: localhost\r\nConnection: close\r\n");
        if (random.Next(10) > 0)
        {
            text.Append("Authorization: Bearer ").Append(token).Append("\r\n");
        }

        for (var lines = random.Next(3); lines > 0; lines--)
        {
            text.Append(HeaderLines[random.Next(HeaderLines.Length)]).Append("\r\n");
        }

        if (body.Length > 0 && random.Next(4) > 0)
        {
            text.Append("Content-Length: ").Append(body.Length).Append("\r\n");
        }

        var bytes = Encoding.Latin1.GetBytes(text.Append("\r\n").Append(body).ToString());
        for (var flips = random.Next(3) == 0 ? random.Next(1, 4) : 0; flips > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(12) == 0 ? bytes[..random.Next(1, bytes.Length)] : bytes;
    }

    /// <summary>The first ones more often: what is wrong elsewhere should reach the routes.</summary>
    private static int Skewed(Random random, int count) => random.Next(2) == 0 ? random.Next(Math.Min(8, count)) : random.Next(count);

    /// <summary>
    /// Sends it all and reads what comes. Only when nothing has come for a while is the sending side closed: a server may drop a request
    /// whose client seems to have left.
    /// </summary>
    private static async Task<string> AskAsync(Uri address, byte[] request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, patience.Token);
        var stream = client.GetStream();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(request, patience.Token);
            var copied = stream.CopyToAsync(answer, patience.Token);
            await Task.WhenAny(copied, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, patience.Token));
            if (!copied.IsCompleted)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }

            await copied;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // Reset by the server: what it said before counts.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }

    private static string Escape(byte[] request) => Encoding.Latin1.GetString(request).Replace("\0", "\\0", StringComparison.Ordinal);
}
