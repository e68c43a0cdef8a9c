using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.KeyValue;

public sealed class JsonRoutesTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    /// <summary>As curl sends it with -d, with -H, and with nothing.</summary>
    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task SetGetDelete_WhateverTheContentType_Work(string? contentType)
    {
        var gateway = fixture.Fresh();
        Assert.Equal("""{"status":"Success","message":"Value set"}""", await PostAsync("/set-value", """{"key":"foo","value":"bar"}"""));
        Assert.Equal("""{"status":"Success","value":"bar"}""", await PostAsync("/get-value", """{"key":"foo"}"""));
        Assert.Equal("""{"status":"Success","message":"Value set"}""", await PostAsync("/set-value", """{"key":"foo","value":"\"é\n"}"""));
        Assert.Equal("""{"status":"Success","value":"\"é\n"}""", await PostAsync("/get-value", """{"key":"foo"}"""));
        Assert.Equal("""{"status":"Success","message":"Value deleted"}""", await PostAsync("/delete-value", """{"key":"foo"}"""));
        var gone = await gateway.Client.PostAsync("/get-value", Body("""{"key":"foo"}""", contentType));
        await Problem.AssertJsonAsync(gone, 404, "key_not_found", outcome: null);

        async Task<string> PostAsync(string route, string json)
        {
            var answer = await gateway.Client.PostAsync(route, Body(json, contentType));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, text);
            Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal(route != "/get-value", answer.Headers.Contains("AspireKv-Outcome"));
            return text;
        }
    }

    [Fact]
    public async Task SetValue_IsReadableThroughV1_AsText()
    {
        var gateway = fixture.Fresh();
        await gateway.Client.PostAsync("/set-value", Body("""{"key":"a/b","value":"bär"}"""));
        var get = await gateway.Client.GetAsync("/v1/kv/default/a/b");
        Assert.Equal("bär", await get.Content.ReadAsStringAsync());
        Assert.Equal("text/plain; charset=utf-8", get.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task GetValue_NotText_NamesTheOtherRoute()
    {
        var gateway = fixture.Fresh();
        await gateway.Client.PutAsync("/v1/kv/default/foo", new ByteArrayContent([0xFF, 0xFE]));
        var answer = await gateway.Client.PostAsync("/get-value", Body("""{"key":"foo"}"""));
        var error = await Problem.AssertJsonAsync(answer, 409, "not_text", outcome: null);
        Assert.Contains("/v1/kv/", error, StringComparison.Ordinal);

        Assert.True((await gateway.Client.PostAsync("/set-value", Body("""{"key":"foo","value":"text"}"""))).IsSuccessStatusCode);
        Assert.True((await gateway.Client.PostAsync("/get-value", Body("""{"key":"foo"}"""))).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("/set-value", "not json", 400)]
    [InlineData("/set-value", "{}", 400)]
    [InlineData("/set-value", """{"key":"","value":"x"}""", 400, "invalid_key")]
    [InlineData("/set-value", """{"key":5,"value":"x"}""", 400)]
    [InlineData("/set-value", """{"key":"k"}""", 400)]
    [InlineData("/delete-value", "[]", 400)]
    [InlineData("/get-value", "", 400)]
    [InlineData("/get-value", """{"key":null}""", 400)]
    public async Task Post_BadBody_IsToldWhatIsWrong(string route, string json, int status, string code = "invalid_json")
    {
        var gateway = fixture.Fresh();
        var answer = await gateway.Client.PostAsync(route, Body(json));
        var error = await Problem.AssertJsonAsync(answer, status, code, route == "/get-value" ? null : "not-applied");
        Assert.NotEmpty(error);
        Assert.Empty(gateway.Nodes.SelectMany(node => node.Arrivals));
    }

    [Fact]
    public async Task SetValue_TooLong_IsA413()
    {
        var gateway = fixture.Fresh();
        var json = $$"""{"key":"k","value":"{{new string('x', (1024 * 1024) + 1)}}"}""";
        await Problem.AssertJsonAsync(await gateway.Client.PostAsync("/set-value", Body(json)), 413, "value_too_large", "not-applied");
        await Problem.AssertJsonAsync(await gateway.Client.PostAsync("/get-value", Body(json)), 413, "body_too_large", outcome: null);
    }

    [Fact]
    public async Task Revisions_AreReturnedAndTaken_WhereTheBodyNamesOneOrANamespace()
    {
        var gateway = fixture.Fresh();
        var first = await PostAsync("/set-value", """{"namespace":"ns","key":"k","value":"1","revision":null}""", 200);
        var revision = first.GetProperty("revision").GetString()!;
        Assert.Equal("Value set", first.GetProperty("message").GetString());
        Assert.Equal($"\"{revision}\"", (await gateway.Client.GetAsync("/v1/kv/ns/k")).Headers.ETag!.ToString());
        var found = await PostAsync("/get-value", """{"namespace":"ns","key":"k"}""", 200);
        Assert.Equal(("1", revision), (found.GetProperty("value").GetString(), found.GetProperty("revision").GetString()));
        Assert.Equal(404, (int)(await gateway.Client.GetAsync("/v1/kv/default/k")).StatusCode);

        await PostAsync("/set-value", """{"namespace":"ns","key":"k","value":"2","revision":null}""", 412);
        await PostAsync("/set-value", """{"namespace":"ns","key":"k","value":"2","revision":"9.9.9"}""", 412);
        await PostAsync("/set-value", """{"namespace":"ns","key":"k","value":"2","revision":"of another store"}""", 412);
        var second = await PostAsync("/set-value", $$"""{"namespace":"ns","key":"k","value":"2","revision":"{{revision}}"}""", 200);
        await PostAsync("/delete-value", $$"""{"namespace":"ns","key":"k","revision":"{{revision}}"}""", 412);
        Assert.Equal("2", await gateway.Client.GetStringAsync("/v1/kv/ns/k"));
        var deleted = second.GetProperty("revision").GetString();
        await PostAsync("/delete-value", $$"""{"namespace":"ns","key":"k","revision":"{{deleted}}"}""", 200);
        Assert.Equal(404, (int)(await gateway.Client.GetAsync("/v1/kv/ns/k")).StatusCode);

        async Task<JsonElement> PostAsync(string route, string json, int status)
        {
            var answer = await gateway.Client.PostAsync(route, Body(json));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(status == (int)answer.StatusCode, $"{json}: {(int)answer.StatusCode} {text}");
            using var document = JsonDocument.Parse(text);
            var code = document.RootElement.TryGetProperty("code", out var told) ? told.GetString() : null;
            Assert.Equal(status == 412 ? "precondition_failed" : null, code);
            return document.RootElement.Clone();
        }
    }

    [Theory]
    [InlineData("""{"key":"k","value":"v","namespace":"NS"}""", "invalid_namespace")]
    [InlineData("""{"key":"k","value":"v","namespace":""}""", "invalid_namespace")]
    [InlineData("""{"key":"k","value":"v","namespace":null}""", "invalid_json")]
    [InlineData("""{"key":"k","value":"v","revision":7}""", "invalid_json")]
    [InlineData("""{"key":"k","value":"v","revision":null,"revision":null}""", "invalid_json")]
    [InlineData("""{"key":"k","value":"v","revision":null,"revision":"7.2.1"}""", "invalid_json")]
    [InlineData("""{"key":"k","value":"v","namespace":"a","namespace":"b"}""", "invalid_json")]
    public async Task SetValue_NamespaceOrRevisionThatIsNone_IsA400AndNotSent(string json, string code)
    {
        var gateway = fixture.Fresh();
        await Problem.AssertJsonAsync(await gateway.Client.PostAsync("/set-value", Body(json)), 400, code, "not-applied");
        Assert.Empty(gateway.Nodes.SelectMany(node => node.Arrivals));
    }

    private static StringContent Body(string json, string? contentType = "application/json")
    {
        var content = new StringContent(json, Encoding.UTF8);
        content.Headers.ContentType = contentType is null ? null : new MediaTypeHeaderValue(contentType);
        return content;
    }
}
