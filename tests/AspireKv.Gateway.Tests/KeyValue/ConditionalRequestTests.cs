using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.KeyValue;

public sealed class ConditionalRequestTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Current = "CURRENT";
    private const string Stale = "STALE";

    /// <summary>
    /// The matrix of RFC 9110, 13, on a key that exists: CURRENT and STALE stand for the present tag and an earlier one.
    /// </summary>
    [Theory]
    [InlineData("PUT", "If-Match", Current, 204)]
    [InlineData("PUT", "If-Match", Stale, 412)]
    [InlineData("PUT", "If-Match", $"{Stale}, {Current}", 204)]
    [InlineData("PUT", "If-Match", $"W/{Current}", 412)]
    [InlineData("PUT", "If-Match", "\"foreign\"", 412)]
    [InlineData("PUT", "If-Match", "*", 204)]
    [InlineData("PUT", "If-Match", "unquoted", 400)]
    [InlineData("PUT", "If-None-Match", "*", 412)]
    [InlineData("PUT", "If-None-Match", Current, 412)]
    [InlineData("PUT", "If-None-Match", $"W/{Current}", 412)]
    [InlineData("PUT", "If-None-Match", Stale, 204)]
    [InlineData("DELETE", "If-Match", Current, 204)]
    [InlineData("DELETE", "If-Match", Stale, 412)]
    [InlineData("DELETE", "If-None-Match", "*", 412)]
    [InlineData("GET", "If-None-Match", Current, 304)]
    [InlineData("GET", "If-None-Match", $"W/{Current}", 304)]
    [InlineData("GET", "If-None-Match", $"{Stale}, {Current}", 304)]
    [InlineData("GET", "If-None-Match", Stale, 200)]
    [InlineData("GET", "If-None-Match", "*", 304)]
    [InlineData("GET", "If-Match", Current, 200)]
    [InlineData("GET", "If-Match", Stale, 412)]
    [InlineData("HEAD", "If-None-Match", Current, 304)]
    public async Task Request_OnAKeyThatExists(string method, string header, string value, int status)
    {
        var gateway = fixture.Fresh();
        var stale = await PutAsync(gateway);
        var current = await PutAsync(gateway);
        Assert.NotEqual(stale, current);

        var sent = value.Replace(Current, current, StringComparison.Ordinal).Replace(Stale, stale, StringComparison.Ordinal);
        var answer = await SendAsync(gateway, method, header, sent);
        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 304)
        {
            Assert.Equal(current, answer.Headers.ETag!.ToString());
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        }

        if (status == 412 && method != "HEAD")
        {
            await Problem.AssertAsync(answer, 412, "precondition_failed", method == "GET" ? null : "not-applied");
        }

        var now = await gateway.Client.GetAsync("/v1/kv/ns/k");
        Assert.Equal(method == "DELETE" && status == 204, (int)now.StatusCode == 404);
        Assert.Equal(status == 412 || method is "GET" or "HEAD" || status == 400, now.Headers.ETag?.ToString() == current);
    }

    [Theory]
    [InlineData("PUT", "If-None-Match", "*", 201)]
    [InlineData("PUT", "If-None-Match", "\"1.1.1\"", 204)]
    [InlineData("PUT", "If-Match", "*", 412)]
    [InlineData("PUT", "If-Match", "\"1.1.1\"", 412)]
    [InlineData("DELETE", "If-Match", "*", 412)]
    [InlineData("GET", "If-Match", "*", 412)]
    [InlineData("GET", "If-None-Match", "*", 404)]
    public async Task Request_OnAKeyThatDoesNot(string method, string header, string value, int status)
    {
        var gateway = fixture.Fresh();
        Assert.Equal(status, (int)(await SendAsync(gateway, method, header, value)).StatusCode);
    }

    [Fact]
    public async Task Put_BothPreconditions_IsRefusedAndNotSent()
    {
        var gateway = fixture.Fresh();
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/kv/ns/k") { Content = new ByteArrayContent([1]) };
        request.Headers.Add("If-Match", "*");
        request.Headers.Add("If-None-Match", "*");
        await Problem.AssertAsync(await gateway.Client.SendAsync(request), 400, "unsupported_precondition", "not-applied");
        Assert.Empty(gateway.Nodes.SelectMany(node => node.Arrivals));
    }

    private static async Task<string> PutAsync(TestGateway gateway) =>
        (await gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([1]))).Headers.ETag!.ToString();

    private static Task<HttpResponseMessage> SendAsync(TestGateway gateway, string method, string header, string value)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), "/v1/kv/ns/k");
        request.Headers.TryAddWithoutValidation(header, value);
        request.Content = method == "PUT" ? new ByteArrayContent([2]) : null;
        return gateway.Client.SendAsync(request);
    }
}
