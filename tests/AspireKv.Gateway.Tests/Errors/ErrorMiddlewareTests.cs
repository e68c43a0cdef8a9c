using System.Text.Json;
using AspireKv.Gateway.Errors;
using AspireKv.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.Gateway.Tests.Errors;

/// <summary>What a request that ends in an exception is answered.</summary>
public sealed class ErrorMiddlewareTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Change_WithNoMemoryForItsBody_IsRefusedAsOverloaded()
    {
        var (context, problem) = await AnswerAsync("PUT", static _ => throw new InsufficientMemoryException());
        Assert.Equal((503, "overloaded"), (context.Response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal("not-applied", context.Response.Headers[Outcome.Header]);
        Assert.Equal("1", context.Response.Headers.RetryAfter);
    }

    /// <summary>A node may have it already: nothing may ask for a repetition.</summary>
    [Theory]
    [InlineData("PUT", 504, "outcome_unknown", null)]
    [InlineData("GET", 503, "overloaded", "1")]
    public async Task Request_WithNoMemoryOnceItWasSent_IsRepeatedOnlyWhereItChangesNothing(
        string method, int status, string code, string? retryAfter)
    {
        var (context, problem) = await AnswerAsync(method, static context =>
        {
            context.Features.Set<IOutcomeFeature>(new Sent());
            throw new InsufficientMemoryException();
        });
        Assert.Equal((status, code), (context.Response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal(retryAfter, context.Response.Headers.RetryAfter);
        Assert.Equal(method == "PUT" ? "unknown" : null, context.Response.Headers[Outcome.Header]);
    }

    [Fact]
    public async Task Request_ThatFailsByOurFault_NamesItselfAsTheLogDoes()
    {
        var (context, problem) = await AnswerAsync("GET", static _ => throw new InvalidOperationException("secret detail"));
        Assert.Equal((500, "internal_error"), (context.Response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal(context.TraceIdentifier, problem.GetProperty("requestId").GetString());
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
    }

    private async Task<(HttpContext Context, JsonElement Problem)> AnswerAsync(string method, RequestDelegate next)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { TraceIdentifier = "request-7" };
        context.Request.Method = method;
        context.Request.Path = "/v1/kv/-/-";
        context.Response.Body = body;
        var errors = fixture.Fresh().Services.GetRequiredService<ErrorAnswer>();
        await new ErrorMiddleware(next, errors, NullLogger<ErrorMiddleware>.Instance).InvokeAsync(context);
        await context.Response.BodyWriter.FlushAsync();
        using var json = JsonDocument.Parse(body.ToArray());
        return (context, json.RootElement.Clone());
    }

    private sealed class Sent : IOutcomeFeature
    {
        string IOutcomeFeature.Outcome => Outcome.Unknown;
    }
}
