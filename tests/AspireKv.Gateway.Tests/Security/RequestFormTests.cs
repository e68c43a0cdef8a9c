using System.Text;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.Security;

/// <summary>Requests that the server's own leniency would carry out otherwise than they read.</summary>
public sealed class RequestFormTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly string[] Targets =
    [
        "/", "/v1/kv/ns/k", "/v1/kv/ns", "/v1/cluster", "/login", "/set-value", "/get-value", "/delete-value", "/metrics", "/health",
        "/health/all", "/alive", "/openapi/v1.json", "/scalar", "/v1/admin/tombstones",
        "/v1/admin/topology", "/v1/admin/members", "/v1/admin/members/4", "/v1/admin/plans", "/v1/admin/plans/7-a/commit",
        "/v1/admin/plan", "/nope",
    ];

    [Theory]
    [InlineData("head")]
    [InlineData("get")]
    [InlineData("put")]
    [InlineData("Put")]
    [InlineData("post")]
    [InlineData("delete")]
    [InlineData("options")]
    [InlineData("hEAD")]
    [InlineData("BREW")]
    public async Task Send_MethodInAnotherSpelling_Is501OnEveryRouteAndNothingIsDone(string method)
    {
        var gateway = fixture.Fresh();
        await gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([1]));
        var body = Encoding.ASCII.GetBytes("""{"key":"k","value":"v","email":"user@example.com"}""");
        foreach (var target in Targets)
        {
            using var connection = gateway.Connect();
            var answer = await connection.RequestAsync(method, target, Authorized(gateway), body);
            Assert.True(answer.Status == 501, $"{method} {target} answers {answer.Status}");
            Assert.Contains("\"code\":\"method_not_implemented\"", answer.Text, StringComparison.Ordinal);
            Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        }

        Assert.Single(gateway.Nodes.SelectMany(node => node.Arrivals));
    }

    /// <summary>The server reads no body of a method that it does not know, unless a length is announced.</summary>
    [Theory]
    [InlineData("put", 501)]
    [InlineData("PUT", 400)]
    public async Task Put_Http10WithABodyOfNoLength_WipesNoValue(string method, int status)
    {
        var gateway = fixture.Fresh();
        await gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([1]));
        using var connection = gateway.Connect();
        await connection.SendAsync($"{method} /v1/kv/ns/k HTTP/1.0\r\nHost: localhost\r\n{Authorized(gateway)}\r\nbody");
        Assert.Equal(status, (await connection.ReadAsync()).Status);
        Assert.Equal([1], await gateway.Client.GetByteArrayAsync("/v1/kv/ns/k"));
    }

    [Theory]
    [InlineData("Transfer-Encoding: gzip, chunked", 501, "transfer_coding_not_supported")]
    [InlineData("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", 501, "transfer_coding_not_supported")]
    [InlineData("Transfer-Encoding: chunked, chunked", 501, "transfer_coding_not_supported")]
    [InlineData("Transfer-Encoding: identity, chunked", 501, "transfer_coding_not_supported")]
    [InlineData("Transfer-Encoding: , chunked", 501, "transfer_coding_not_supported")]
    [InlineData("Transfer-Encoding: deflate, CHUNKED", 501, "transfer_coding_not_supported")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 3", 400, "invalid_framing")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Encoding: gzip", 415, "content_encoding_not_supported")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Encoding: identity", 415, "content_encoding_not_supported")]
    public async Task Send_BodyInACodingThatNobodyUndoes_IsRefusedOnEveryRoute(string lines, int status, string code)
    {
        var gateway = fixture.Fresh();
        foreach (var (method, target) in new[]
        {
            ("PUT", "/v1/kv/ns/k"), ("DELETE", "/v1/kv/ns/k"), ("GET", "/v1/kv/ns/k"), ("POST", "/set-value"), ("POST", "/get-value"),
            ("POST", "/delete-value"), ("POST", "/login"), ("GET", "/v1/cluster"), ("GET", "/metrics"), ("GET", "/health"),
            ("PUT", "/v1/admin/members/4"), ("DELETE", "/v1/admin/plan"), ("POST", "/v1/admin/plans"),
            ("POST", "/v1/admin/plans/7-a/commit"),
        })
        {
            using var connection = gateway.Connect();
            await connection.SendAsync(
                $"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{Authorized(gateway)}{lines}\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
            var answer = await connection.ReadAsync();
            Assert.True(answer.Status == status, $"{method} {target} answers {answer.Status} {answer.Text}");
            Assert.Contains($"\"code\":\"{code}\"", answer.Text, StringComparison.Ordinal);
            var isChange = (target == "/v1/kv/ns/k" && method != "GET") || target is "/set-value" or "/delete-value";
            Assert.Equal(isChange ? "not-applied" : null, answer.Headers.GetValueOrDefault("AspireKv-Outcome"));
            Assert.Equal(status == 415 ? "identity" : null, answer.Headers.GetValueOrDefault("Accept-Encoding"));
        }

        Assert.Empty(gateway.Nodes.SelectMany(node => node.Arrivals));
    }

    [Theory]
    [InlineData("Chunked")]
    [InlineData(" chunked ")]
    public async Task Put_OneChunkedInAnySpelling_IsTaken(string coding)
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        await connection.SendAsync(
            $"PUT /v1/kv/ns/k HTTP/1.1\r\nHost: localhost\r\n{Authorized(gateway)}Transfer-Encoding:{coding}\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        Assert.Equal(204, (await connection.ReadAsync()).Status);
        Assert.Equal("abc", await gateway.Client.GetStringAsync("/v1/kv/ns/k"));
    }

    /// <summary>However the server's reader fails on a body, it is the body's fault.</summary>
    [Theory]
    [InlineData("80000000\r\nabc")]
    [InlineData("fffffffff\r\nabc")]
    [InlineData("7fffffffffffffff\r\nabc")]
    [InlineData("8000000000000000\r\nabc")]
    [InlineData("ffffffffffffffffffffffff\r\nabc")]
    [InlineData("3\r\nabc\r\n80000000\r\n")]
    [InlineData("zz\r\nabc")]
    [InlineData("-1\r\nabc")]
    [InlineData("3\r\nabcdef\r\n0\r\n\r\n")]
    [InlineData("0\r\nTrailer\r\n\r\n")]
    public async Task Send_ChunksThatAreNone_Are400AndNever500(string chunks)
    {
        var gateway = fixture.Fresh();
        foreach (var (method, target) in new[]
        {
            ("PUT", "/v1/kv/ns/k"), ("POST", "/set-value"), ("POST", "/get-value"), ("POST", "/delete-value"), ("POST", "/login"),
            ("PUT", "/v1/admin/members/4"), ("POST", "/v1/admin/plans"), ("POST", "/v1/admin/plans/7-a/commit"),
        })
        {
            using var connection = gateway.Connect();
            await connection.SendAsync(
                $"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{Authorized(gateway)}Transfer-Encoding: chunked\r\n\r\n{chunks}");
            var answer = await connection.ReadAsync();
            Assert.True(answer.Status is 400 or 413, $"{method} {target} answers {answer.Status} {answer.Text}");
        }

        Assert.DoesNotContain(gateway.Nodes.SelectMany(node => node.Arrivals), arrival => arrival.Operation.Kind != OperationKind.Get);
    }

    /// <summary>Where nobody reads the body, the answer is on its way before the server looks for its end.</summary>
    [Theory]
    [InlineData("GET", "/v1/kv/ns/k", 404)]
    [InlineData("DELETE", "/v1/kv/ns/k", 204)]
    [InlineData("GET", "/health", 200)]
    [InlineData("PUT", "/nope", 404)]
    public async Task Send_ChunksThatAreNoneWhereNoBodyIsRead_IsAnswered(string method, string target, int status)
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        await connection.SendAsync(
            $"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{Authorized(gateway)}Transfer-Encoding: chunked\r\n\r\n80000000\r\nabc");
        Assert.Equal(status, (await connection.ReadAsync(hasBody: false)).Status);
    }

    private static string Authorized(TestGateway gateway) => $"Authorization: Bearer {gateway.Token}\r\n";
}
