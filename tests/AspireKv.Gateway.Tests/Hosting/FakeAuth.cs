using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>Publishes a key, answers logins and remembers what reached it.</summary>
internal sealed class FakeAuth : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _keyFetches;
    private int _logins;

    private FakeAuth()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/.well-known/jwks.json", context =>
        {
            Interlocked.Increment(ref _keyFetches);
            return context.Response.WriteAsync(FakeAuthKeys.Shared.Document);
        });
        _app.MapPost("/login", LoginAsync);
    }

    public string Address => _app.Urls.First();

    /// <summary>How often somebody asked for the keys.</summary>
    public int KeyFetches => Volatile.Read(ref _keyFetches);

    /// <summary>How many logins came here.</summary>
    public int Logins => Volatile.Read(ref _logins);

    /// <summary>The headers and body of the last login.</summary>
    public Dictionary<string, string> LastHeaders { get; private set; } = [];

    public string LastBody { get; private set; } = "";

    public string LastTarget { get; private set; } = "";

    public static async Task<FakeAuth> StartAsync()
    {
        var auth = new FakeAuth();
        await auth._app.StartAsync();
        return auth;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task LoginAsync(HttpContext context)
    {
        Interlocked.Increment(ref _logins);
        LastHeaders = context.Request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        LastTarget = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        LastBody = await new StreamReader(context.Request.Body).ReadToEndAsync();
        context.Response.Headers["X-Internal"] = "auth-1";
        context.Response.ContentType = "application/json";
        if (LastBody.Contains("too-many", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "7";
            await context.Response.WriteAsync("""{"status":"Error","error":"Too many tries"}""");
            return;
        }

        if (LastBody.Contains("refused", StringComparison.Ordinal) || LastBody.Contains("malformed", StringComparison.Ordinal))
        {
            var isRefused = LastBody.Contains("refused", StringComparison.Ordinal);
            context.Response.StatusCode = isRefused ? 401 : 400;
            context.Response.Headers.WWWAuthenticate = isRefused ? "Bearer" : default;
            await context.Response.WriteAsync("""{"status":"Error","error":"no","code":"no"}""");
            return;
        }

        await context.Response.WriteAsync($$"""{"status":"Success","token":"{{FakeAuthKeys.Shared.Issue()}}"}""");
    }
}
