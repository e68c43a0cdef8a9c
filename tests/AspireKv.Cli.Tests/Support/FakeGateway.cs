using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AspireKv.Cli.Tests.Support;

/// <summary>
/// A real listener that answers as a gateway does: at first as that of a calm cluster of three nodes and a spare, afterwards as a test
/// says.
/// </summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    public const string Token = "eyJhbGciOiJFUzI1NiJ9.c2VjcmV0.c2lnbmF0dXJl";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Reply>> _replies = new();
    private readonly ConcurrentQueue<SeenRequest> _seen = new();

    private FakeGateway(string url)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        _app = builder.Build();
        _app.Run(AnswerAsync);
        foreach (var (route, reply) in SampleBodies.OfACalmCluster)
        {
            On(route, reply);
        }
    }

    public string Address => _app.Urls.First();

    /// <summary>The version and generation in each answer to somebody with a token; null for none.</summary>
    public string? Topology { get; set; } = "12.3";

    /// <summary>Every request, in the order of arrival.</summary>
    public IReadOnlyList<SeenRequest> Seen => [.. _seen];

    public static async Task<FakeGateway> StartAsync()
    {
        var gateway = new FakeGateway("http://127.0.0.1:0");
        await gateway._app.StartAsync();
        return gateway;
    }

    /// <summary>What a route answers from now on: one reply after the other, and the last one again and again.</summary>
    public void On(string route, params Reply[] replies) => _replies[route] = new ConcurrentQueue<Reply>(replies);

    public SeenRequest Only(string route) => Assert.Single(Seen, request => request.Route == route);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var route = $"{request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}";
        using var reader = new StreamReader(request.Body);
        _seen.Enqueue(new SeenRequest(
            route, await reader.ReadToEndAsync(), request.Headers.Authorization.ToString(), request.Headers.IfMatch.ToString(),
            request.ContentType));
        var reply = Take(route);
        if (route != "POST /login")
        {
            if (request.Headers.Authorization != $"Bearer {Token}")
            {
                reply = Reply.Problem(401, "token_invalid", "The access token is not valid here, or no longer.");
            }
            else if (Topology is not null)
            {
                context.Response.Headers["AspireKv-Topology"] = Topology;
            }
        }

        await reply.WriteAsync(context);
    }

    private Reply Take(string route)
    {
        if (!_replies.TryGetValue(route, out var replies))
        {
            return Reply.Problem(404, "route_not_found", "There is no such route.");
        }

        return replies.Count > 1 && replies.TryDequeue(out var reply) ? reply : replies.First();
    }
}
