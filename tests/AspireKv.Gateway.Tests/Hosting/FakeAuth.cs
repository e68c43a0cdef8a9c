using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>Publishes a key, answers logins and remembers what reached it; issues any token a test asks for.</summary>
internal sealed class FakeAuth : IAsyncDisposable
{
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly WebApplication _app;
    private readonly string _keyId;

    private FakeAuth()
    {
        _keyId = Base64UrlEncoder.Encode(new RsaSecurityKey(_rsa).ComputeJwkThumbprint());
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/.well-known/jwks.json", context => context.Response.WriteAsync(KeyDocument()));
        _app.MapPost("/login", LoginAsync);
    }

    public string Address => _app.Urls.First();

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

    public string Issue(Action<SecurityTokenDescriptor>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = "aspirekv-auth",
            Audience = "aspirekv",
            TokenType = "at+jwt",
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(10),
            Claims = new Dictionary<string, object> { ["sub"] = "user@example.com" },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(_rsa) { KeyId = _keyId }, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }

    private string KeyDocument()
    {
        var key = _rsa.ExportParameters(includePrivateParameters: false);
        return string.Create(CultureInfo.InvariantCulture,
            $$"""{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"{{_keyId}}","n":"{{Base64UrlEncoder.Encode(key.Modulus)}}","e":"{{Base64UrlEncoder.Encode(key.Exponent)}}"}]}""");
    }

    private async Task LoginAsync(HttpContext context)
    {
        LastHeaders = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
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

        await context.Response.WriteAsync($$"""{"status":"Success","token":"{{Issue()}}"}""");
    }
}
