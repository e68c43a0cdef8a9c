using AspireKv.Gateway.Errors;
using AspireKv.Gateway.Settings;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.Security;

/// <summary>Lets scripts of the pages that an operator named call the gateway (CORS). Without any, no answer speaks of origins.</summary>
internal static class CrossOrigin
{
    private static readonly string[] Methods = ["GET", "HEAD", "PUT", "POST", "DELETE"];
    private static readonly string[] Sent = ["Authorization", "Content-Type", "If-Match", "If-None-Match"];
    private static readonly string[] Read = ["ETag", Outcome.Header, "AspireKv-Topology", "Retry-After", "WWW-Authenticate", "Allow"];

    /// <summary>Answers preflights, which carry no token, and marks all other answers; goes before whatever refuses a request.</summary>
    public static void UseCrossOrigin(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.AllowedOrigins;
        if (origins.Count > 0)
        {
            app.UseCors(policy => policy
                .WithOrigins([.. origins])
                .WithMethods(Methods)
                .WithHeaders(Sent)
                .WithExposedHeaders(Read)
                .SetPreflightMaxAge(TimeSpan.FromMinutes(10)));
        }
    }
}
