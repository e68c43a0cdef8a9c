using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.Security;

/// <summary>
/// Requests that two servers in a row could read differently (RFC 9112, 11.2): refused, and nothing of them reaches a node.
/// </summary>
public sealed class SmugglingTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("Content-Length: 5, 5\r\n\r\nhello")]
    [InlineData("Content-Length: 0x5\r\n\r\nhello")]
    [InlineData("Content-Length: -1\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n")]
    [InlineData("Host: other\r\nContent-Length: 1\r\n\r\nx")]
    [InlineData("Content-Length : 1\r\n\r\nx")]
    [InlineData(" Content-Length: 1\r\n\r\nx")]
    [InlineData("X: a\nContent-Length: 1\r\n\r\nx")]
    public async Task Put_AmbiguousFraming_IsRefused(string rest)
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        await connection.SendAsync($"PUT /v1/kv/ns/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {gateway.Token}\r\n{rest}");
        Assert.InRange((await connection.ReadAsync()).Status, 400, 499);
        Assert.Empty(gateway.Nodes.SelectMany(node => node.Arrivals));
    }

    [Fact]
    public async Task Put_BareLineFeeds_AreRefused()
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        await connection.SendAsync(
            $"PUT /v1/kv/ns/k HTTP/1.1\nHost: localhost\nAuthorization: Bearer {gateway.Token}\nContent-Length: 1\n\nx");
        Assert.Equal(400, (await connection.ReadAsync()).Status);
        Assert.Empty(gateway.Nodes.SelectMany(node => node.Arrivals));
    }

    [Fact]
    public async Task Put_WithHalfItsBody_IsNeverApplied()
    {
        var gateway = fixture.Fresh();
        using (var connection = gateway.Connect())
        {
            await connection.SendAsync(
                $"PUT /v1/kv/ns/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {gateway.Token}\r\nContent-Length: 100\r\n\r\nhalf");
        }

        Assert.Equal(404, (int)(await gateway.Client.GetAsync("/v1/kv/ns/k")).StatusCode);
        Assert.DoesNotContain(gateway.Nodes.SelectMany(node => node.Arrivals), request => request.Operation.Kind == OperationKind.Put);
    }
}
