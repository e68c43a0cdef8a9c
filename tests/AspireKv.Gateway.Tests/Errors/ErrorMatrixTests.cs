using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Tests.Hosting;
using AspireKv.Transport.Contracts;

namespace AspireKv.Gateway.Tests.Errors;

public sealed class ErrorMatrixTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("/nope")]
    [InlineData("/v1")]
    [InlineData("/v1/kv")]
    [InlineData("/v2/kv/ns/k")]
    public async Task Get_UnknownRoute_IsAProblem(string path)
    {
        var gateway = fixture.Fresh();
        await Problem.AssertAsync(await gateway.Client.GetAsync(path), 404, "route_not_found", outcome: null);
    }

    [Theory]
    [InlineData("GET", "/login", "POST")]
    [InlineData("GET", "/set-value", "POST")]
    [InlineData("GET", "/set-value/", "POST")]
    [InlineData("PUT", "/get-value", "POST")]
    [InlineData("DELETE", "/delete-value", "POST")]
    [InlineData("POST", "/metrics", "GET")]
    public async Task Send_WrongMethodOnAJsonRoute_Is405InItsForm(string method, string path, string allow)
    {
        var gateway = fixture.Fresh();
        var answer = await gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        await Problem.AssertJsonAsync(answer, 405, "method_not_allowed", outcome: null);
        Assert.Contains(allow, answer.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("POST", "/v1/kv/ns/k", "GET, HEAD, PUT, DELETE")]
    [InlineData("PATCH", "/v1/kv/ns/k", "GET, HEAD, PUT, DELETE")]
    [InlineData("OPTIONS", "/v1/kv/ns/k", "GET, HEAD, PUT, DELETE")]
    [InlineData("DELETE", "/v1/cluster", "GET, HEAD")]
    [InlineData("POST", "/v1/admin/tombstones", "GET, HEAD")]
    [InlineData("PUT", "/v1/admin/topology", "GET, HEAD")]
    [InlineData("POST", "/v1/admin/members", "GET, HEAD")]
    [InlineData("GET", "/v1/admin/members/4", "PUT, DELETE")]
    [InlineData("GET", "/v1/admin/plans", "POST")]
    [InlineData("PUT", "/v1/admin/plans/7-a/commit", "POST")]
    [InlineData("POST", "/v1/admin/plan", "GET, HEAD, DELETE")]
    [InlineData("POST", "/openapi/v1.json", "GET, HEAD")]
    public async Task Send_WrongMethod_Is405WithAllow(string method, string path, string allow)
    {
        var gateway = fixture.Fresh();
        var answer = await gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        await Problem.AssertAsync(answer, 405, "method_not_allowed", outcome: null);
        Assert.Equal(allow.Split(", ").Order(), answer.Content.Headers.Allow.Order());
    }

    [Theory]
    [InlineData("/v1/kv/ns/", "invalid_key")]
    [InlineData("/v1/kv/ns", "invalid_key")]
    [InlineData("/v1/kv/", "invalid_namespace")]
    [InlineData("/v1/kv/NS/k", "invalid_namespace")]
    [InlineData("/v1/kv/ns/%FF", "invalid_key")]
    [InlineData("/v1/kv/ns/k?x=1", "query_not_allowed")]
    [InlineData("/V1/KV/ns/k", "invalid_target")]
    public async Task Put_BadKey_IsA400AndNotSent(string target, string code)
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        var answer = await connection.RequestAsync("PUT", target, $"Authorization: Bearer {gateway.Token}\r\n", [1]);
        Assert.Equal(400, answer.Status);
        Assert.Contains($"\"code\":\"{code}\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("\"outcome\":\"not-applied\"", answer.Text, StringComparison.Ordinal);
        Assert.Empty(gateway.Nodes.SelectMany(node => node.Arrivals));
    }

    [Fact]
    public async Task Put_KeyTooLong_IsA400()
    {
        var gateway = fixture.Fresh();
        var fits = await gateway.Client.PutAsync($"/v1/kv/ns/{new string('k', 1024)}", new ByteArrayContent([1]));
        Assert.Equal(204, (int)fits.StatusCode);
        var longer = await gateway.Client.PutAsync($"/v1/kv/ns/{new string('k', 1025)}", new ByteArrayContent([1]));
        await Problem.AssertAsync(longer, 400, "key_too_long", "not-applied");
    }

    [Theory]
    [InlineData("Content-Type", 256, 400, "invalid_content_type")]
    [InlineData("Content-Encoding", 4, 415, "content_encoding_not_supported")]
    [InlineData("Content-Range", 4, 400, "partial_put_not_supported")]
    public async Task Put_HeaderThatCannotBeKept_IsRefused(string header, int length, int status, string code)
    {
        var gateway = fixture.Fresh();
        var content = new ByteArrayContent([1]);
        content.Headers.TryAddWithoutValidation(header, new string('g', length));
        await Problem.AssertAsync(await gateway.Client.PutAsync("/v1/kv/ns/k", content), status, code, "not-applied");
    }

    [Fact]
    public async Task Put_ContentTypeNotAscii_IsA400AndNever500()
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        var answer = await connection.RequestAsync(
            "PUT", "/v1/kv/ns/k", $"Authorization: Bearer {gateway.Token}\r\nContent-Type: text/\u00e9\r\n", [1]);
        Assert.Equal(400, answer.Status);
    }

    /// <summary>What a node answers, and what the client of a change is told.</summary>
    [Theory]
    [InlineData(NotAppliedReason.NoQuorum, 503, "no_quorum", true)]
    [InlineData(NotAppliedReason.Overloaded, 503, "overloaded", true)]
    [InlineData(NotAppliedReason.StorageUnavailable, 503, "storage_unavailable", true)]
    [InlineData(NotAppliedReason.StorageFull, 507, "storage_full", false)]
    [InlineData(NotAppliedReason.TooManyHops, 503, "no_coordinator", true)]
    [InlineData(NotAppliedReason.NotReady, 503, "not_ready", true)]
    [InlineData(NotAppliedReason.Unauthorized, 401, "token_invalid", false)]
    [InlineData(NotAppliedReason.Invalid, 400, "invalid_request", false)]
    [InlineData(NotAppliedReason.ValueTooLarge, 413, "value_too_large", false)]
    public async Task Put_NotApplied_SaysWhyAndThatNothingChanged(NotAppliedReason reason, int status, string code, bool retryAfter)
    {
        var gateway = fixture.Fresh();
        AnswerEverywhere(gateway, new OperationReply(Delivery.Answered, OperationResult.NotApplied(reason)));
        var answer = await gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([1]));
        await Problem.AssertAsync(answer, status, code, "not-applied");
        Assert.Equal(retryAfter ? TimeSpan.FromSeconds(1) : null, answer.Headers.RetryAfter?.Delta);
        Assert.Equal(status == 401 ? "Bearer error=\"invalid_token\"" : "", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Change_OutcomeUnknown_SaysSoAndSuggestsNoRepetition()
    {
        var gateway = fixture.Fresh();
        AnswerEverywhere(gateway, new OperationReply(Delivery.Answered, OperationResult.Unknown));
        var put = await gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([1]));
        await Problem.AssertAsync(put, 504, "outcome_unknown", "unknown");
        Assert.Null(put.Headers.RetryAfter);
        await Problem.AssertAsync(await gateway.Client.DeleteAsync("/v1/kv/ns/k"), 504, "outcome_unknown", "unknown");
        var set = await gateway.Client.PostAsync("/set-value", new StringContent("""{"key":"k","value":"v"}"""));
        await Problem.AssertJsonAsync(set, 504, "outcome_unknown", "unknown");
        await Problem.AssertAsync(await gateway.Client.GetAsync("/v1/kv/ns/k"), 503, "read_timeout", outcome: null);
    }

    [Fact]
    public async Task Change_WhenTheGatewayItselfFails_IsUnknownAndTellsNothingInternal()
    {
        var gateway = fixture.Fresh();
        foreach (var node in gateway.Nodes)
        {
            node.Behaviour = _ => throw new InvalidOperationException("secret detail");
        }

        var answer = await gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([1]));
        await Problem.AssertAsync(answer, 504, "outcome_unknown", "unknown");
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static void AnswerEverywhere(TestGateway gateway, OperationReply reply)
    {
        foreach (var node in gateway.Nodes)
        {
            node.Behaviour = _ => reply;
        }
    }
}
