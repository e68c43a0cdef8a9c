using AspireKv.AccessTokens;
using AspireKv.Auth.Files;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Issuing;

/// <summary>Registers what makes access tokens and publishes the keys that verify them.</summary>
internal static class IssuingServices
{
    /// <param name="services">The services of the host.</param>
    /// <param name="dataDirectory">Where the signing key lies.</param>
    public static IServiceCollection AddIssuing(this IServiceCollection services, Func<IServiceProvider, string> dataDirectory)
    {
        services.AddAccessTokenOptions();
        services.AddOptionsWithValidateOnStart<IssuingOptions, IssuingOptionsValidator>()
            .BindConfiguration(IssuingOptions.SectionName)
            .Validate<IHostEnvironment>(
                static (issuing, environment) => issuing.IsAllowedIn(environment),
                "Auth:AccessTokenLifetime is above 15 minutes, which is allowed in Development only.")
            .Validate<IHostEnvironment, IOptions<AccessTokenOptions>>(
                static (issuing, environment, tokens) => issuing.LifetimeIn(environment) <= tokens.Value.MaxLifetime,
                "Auth:AccessTokenLifetime (by default 15 minutes, in Development 1 hour) is longer than AccessTokens:MaxLifetime, and such "
                + "tokens are refused.");
        services.AddSingleton(provider => SigningKeyStore.Open(
            dataDirectory(provider), provider.GetRequiredService<IDisk>(), provider.GetRequiredService<ILogger<SigningKeyStore>>()));
        return services.AddSingleton<AccessTokenIssuer>();
    }

    public static void MapKeys(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods("/.well-known/jwks.json", [HttpMethods.Get, HttpMethods.Head], JwksEndpoint.Handle).WithName("jwks");
}
