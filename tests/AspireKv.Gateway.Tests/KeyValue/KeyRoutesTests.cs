using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AspireKv.Cluster.Keys;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.KeyValue;

public sealed class KeyRoutesTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Put_ThenGetHeadDelete_KeepsBytesAndContentType()
    {
        var gateway = fixture.Fresh();
        var content = new ByteArrayContent([0, 1, 255]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("image/png; x=\"y\"");

        var put = await gateway.Client.PutAsync("/v1/kv/ns/k", content);
        Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        Assert.Equal("applied", put.Headers.GetValues("AspireKv-Outcome").Single());
        Assert.False(put.Headers.ETag!.IsWeak);

        var get = await gateway.Client.GetAsync("/v1/kv/ns/k");
        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
        Assert.Equal([0, 1, 255], await get.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png; x=\"y\"", get.Content.Headers.ContentType!.ToString());
        Assert.Equal(put.Headers.ETag, get.Headers.ETag);
        Assert.Equal("nosniff", get.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(get.Headers.CacheControl!.NoCache);

        var head = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v1/kv/ns/k"));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(3, head.Content.Headers.ContentLength);
        Assert.Equal(put.Headers.ETag, head.Headers.ETag);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());

        var delete = await gateway.Client.DeleteAsync("/v1/kv/ns/k");
        Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        Assert.Equal("applied", delete.Headers.GetValues("AspireKv-Outcome").Single());
        Assert.Null(delete.Headers.ETag);
        await Problem.AssertAsync(await gateway.Client.GetAsync("/v1/kv/ns/k"), 404, "key_not_found", outcome: null);
    }

    /// <summary>What curl -d says of everything is not what anybody means.</summary>
    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("Application/X-WWW-form-urlencoded; charset=UTF-8")]
    public async Task Put_AsPlainCurlSendsIt_KeepsNoType(string contentType)
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        await connection.RequestAsync("PUT", "/v1/kv/ns/k", $"{Authorized(gateway)}Content-Type: {contentType}\r\n", [9]);
        var get = await connection.RequestAsync("GET", "/v1/kv/ns/k", Authorized(gateway));
        Assert.Equal("application/octet-stream", get.Headers["Content-Type"]);
    }

    /// <summary>A proxy that compresses makes a tag weak, and no change on the condition of a weak tag is ever applied.</summary>
    [Fact]
    public async Task Get_AValue_MayBeTransformedByNobodyAndIsNoPage()
    {
        var gateway = fixture.Fresh();
        var put = await gateway.Client.PutAsync("/v1/kv/ns/k", new StringContent("<script>"));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/v1/kv/ns/k");
        again.Headers.IfNoneMatch.Add(put.Headers.ETag!);
        foreach (var answer in new[] { await gateway.Client.GetAsync("/v1/kv/ns/k"), await gateway.Client.SendAsync(again) })
        {
            Assert.True(answer.Headers.CacheControl is { NoCache: true, NoTransform: true }, $"{answer.StatusCode}");
        }

        var get = await gateway.Client.GetAsync("/v1/kv/ns/k");
        Assert.Equal("default-src 'none'; sandbox", get.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("same-origin", get.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
    }

    [Fact]
    public async Task Get_ANamespaceAlone_IsToldWhereAKeyStands()
    {
        var gateway = fixture.Fresh();
        var answer = await gateway.Client.GetAsync("/v1/kv/ns");
        await Problem.AssertAsync(answer, 400, "invalid_key", outcome: null);
        Assert.Contains("/v1/kv/{namespace}/{key}", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_WithoutContentType_IsGivenBackAsOctets()
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        Assert.Equal(204, (await connection.RequestAsync("PUT", "/v1/kv/ns/k", Authorized(gateway), [9])).Status);
        var get = await connection.RequestAsync("GET", "/v1/kv/ns/k", Authorized(gateway));
        Assert.Equal("application/octet-stream", get.Headers["Content-Type"]);
        Assert.Equal([9], get.Body);
    }

    [Fact]
    public async Task Put_Empty_IsAValue()
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        Assert.Equal(204, (await connection.RequestAsync("PUT", "/v1/kv/ns/none", Authorized(gateway))).Status);
        Assert.Equal(204, (await connection.RequestAsync("PUT", "/v1/kv/ns/zero", Authorized(gateway), [])).Status);
        foreach (var target in new[] { "/v1/kv/ns/none", "/v1/kv/ns/zero" })
        {
            var get = await connection.RequestAsync("GET", target, Authorized(gateway));
            Assert.Equal(200, get.Status);
            Assert.Equal("0", get.Headers["Content-Length"]);
        }
    }

    [Fact]
    public async Task Put_Chunked_IsKeptWhole()
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        var value = new byte[100_000];
        new Random(1).NextBytes(value);
        await connection.SendAsync(
            $"PUT /v1/kv/ns/k HTTP/1.1\r\nHost: localhost\r\n{Authorized(gateway)}Transfer-Encoding: chunked\r\n\r\n");
        foreach (var chunk in value.Chunk(7_777))
        {
            await connection.SendAsync($"{chunk.Length:x}\r\n", [.. chunk, (byte)'\r', (byte)'\n']);
        }

        await connection.SendAsync("0\r\n\r\n");
        Assert.Equal(204, (await connection.ReadAsync()).Status);
        Assert.Equal(value, (await connection.RequestAsync("GET", "/v1/kv/ns/k", Authorized(gateway))).Body);
    }

    [Fact]
    public async Task Put_ExpectContinue_IsToldToGoOn()
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        await connection.SendAsync(
            $"PUT /v1/kv/ns/k HTTP/1.1\r\nHost: localhost\r\n{Authorized(gateway)}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        Assert.Equal(100, (await connection.ReadAsync()).Status);
        await connection.SendAsync("abc");
        Assert.Equal(204, (await connection.ReadAsync()).Status);
    }

    /// <summary>Ten thousand keys through the path form and back: each byte-exact, and no two the same.</summary>
    [Fact]
    public async Task Put_TenThousandRandomKeys_AreByteExactAndNeverAlias()
    {
        const int Count = 10_000;
        var gateway = fixture.Fresh();
        var headers = Authorized(gateway);
        var random = new Random(20261122);
        var written = new Dictionary<StoreKey, byte[]>();
        using var connection = gateway.Connect();
        for (var i = 0; i < Count; i++)
        {
            var key = KeyGen.Next(random);
            var value = Encoding.ASCII.GetBytes($"value {written.Count}");
            if (key.Contains((byte)0))
            {
                // The server itself refuses %00 in a target, and closes the connection.
                using var single = gateway.Connect();
                Assert.Equal(400, (await single.RequestAsync("PUT", KeyGen.ToTarget("ns", key, random), headers, value)).Status);
                continue;
            }

            var put = await connection.RequestAsync("PUT", KeyGen.ToTarget("ns", key, random), headers, value);
            Assert.True(put.Status == 204, $"{Convert.ToHexString(key)}: {put.Status} {put.Text}");
            written[StoreKey.Create("ns", key)] = value;
        }

        Assert.Equal(written.Keys.ToHashSet(), gateway.Store.Keys.ToHashSet());
        foreach (var (key, value) in written)
        {
            var get = await connection.RequestAsync("GET", KeyGen.ToTarget("ns", key.Bytes[3..], random), headers);
            Assert.True(
                get.Status == 200 && get.Body.AsSpan().SequenceEqual(value), $"{Convert.ToHexString(key.Bytes)}: {get.Status} {get.Text}");
        }
    }

    [Theory]
    [InlineData("/v1/kv/ns/%2e%2e/x")]
    [InlineData("/v1/kv/ns/../other")]
    [InlineData("/v1/kv/ns/../../../metrics")]
    [InlineData("/v1/kv/ns/%2E%2E/%2E%2E/%2E%2E/metrics")]
    [InlineData("/v1/kv/ns/./x")]
    [InlineData("/v1/kv/ns/..")]
    [InlineData("/v1/kv/../../health")]
    [InlineData("/v1/../v1/kv/ns/x")]
    [InlineData("/v1/%6bv/ns/x")]
    [InlineData("/%761/kv/ns/x")]
    [InlineData("/x/../get-value")]
    [InlineData("/get%2Dvalue")]
    [InlineData("//v1/kv/ns/x")]
    [InlineData("/metri%63s")]
    [InlineData("http://localhost/v1/kv/ns/x")]
    [InlineData("http://localhost/metrics")]
    [InlineData("http://evil.example/metrics")]
    public async Task Get_TargetThatIsNotRoutedAsItStands_IsA400(string target)
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        var answer = await connection.RequestAsync("GET", target, Authorized(gateway));
        Assert.Equal(400, answer.Status);
        Assert.Empty(gateway.Nodes.SelectMany(node => node.Arrivals));
        Assert.DoesNotContain("# TYPE", answer.Text, StringComparison.Ordinal);
    }

    private static string Authorized(TestGateway gateway) => $"Authorization: Bearer {gateway.Token}\r\n";
    /// <summary>What one form of the API wrote, the other reads: both name the same key, whatever its characters.</summary>
    [Fact]
    public async Task Keys_WrittenThroughOneForm_AreReadThroughTheOther()
    {
        const int Count = 2_000;
        var gateway = fixture.Fresh();
        var random = new Random(7);
        var headers = $"Authorization: Bearer {gateway.Token}\r\n";
        using var connection = gateway.Connect();
        var written = new Dictionary<string, string>();
        for (var i = 0; i < Count; i++)
        {
            var key = KeyGen.Next(random);
            var text = System.Text.Encoding.UTF8.GetString(key);
            var value = $"value {i}";
            var json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { key = text, value });

            // The path cannot carry a NUL (Kestrel refuses it); the JSON form can.
            var byPath = i % 2 == 0 && !key.Contains((byte)0);
            var answer = byPath
                ? await connection.RequestAsync(
                    "PUT",
                    KeyGen.ToTarget("default", key, random),
                    headers + "Content-Type: text/plain\r\n",
                    System.Text.Encoding.UTF8.GetBytes(value))
                : await connection.RequestAsync("POST", "/set-value", headers, json);
            Assert.InRange(answer.Status, 200, 204);
            written[text] = value;
        }

        foreach (var (text, value) in written)
        {
            var key = System.Text.Encoding.UTF8.GetBytes(text);
            var body = await connection.RequestAsync(
                "POST", "/get-value", headers, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { key = text }));
            Assert.Equal(value, System.Text.Json.JsonDocument.Parse(body.Text).RootElement.GetProperty("value").GetString());
            if (!key.Contains((byte)0))
            {
                Assert.Equal(value, (await connection.RequestAsync("GET", KeyGen.ToTarget("default", key, random), headers)).Text);
            }
        }
    }

}
