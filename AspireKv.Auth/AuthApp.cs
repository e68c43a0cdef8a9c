using System.Net;
using AspireKv.Auth.AccessTokens;
using AspireKv.Auth.Accounts;
using AspireKv.Auth.Api;
using AspireKv.ServiceDefaults;
using AspireKv.ServiceDefaults.AccessTokens;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth;

/// <summary>The auth service, put together: it issues access tokens and publishes the keys that verify them.</summary>
internal static class AuthApp
{
    /// <param name="args">The command line.</param>
    /// <exception cref="StartUpException">The service must not start.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.AddAuthService();

        var app = builder.Build();
        OpenFiles(app.Services);
        app.UseRequestMetrics();
        app.MapDefaultEndpoints();
        app.MapAuthService();
        return app;
    }

    private static void AddAuthService(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddAccessTokenOptions(builder.Configuration);
        services.AddOptions<AuthOptions>().Bind(builder.Configuration.GetSection(AuthOptions.SectionName)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuthOptions>, AuthOptionsValidator>();
        services.AddSingleton<IValidateOptions<AuthOptions>, AuthOptionsRules>();
        services.TryAddSingleton(TimeProvider.System);

        services.AddSingleton<AuthMetrics>();
        services.AddSingleton(provider => SigningKeyStore.Open(
            provider.GetRequiredService<IOptions<AuthOptions>>().Value.DataDirectory,
            provider.GetRequiredService<ILogger<SigningKeyStore>>()));
        services.AddSingleton<AccessTokenIssuer>();
        services.AddSingleton<LoginHandler>();
        if (builder.Environment.IsDevelopment())
        {
            services.AddSingleton<ICredentialCheck, DevelopmentCredentialCheck>();
        }
        else
        {
            services.AddSingleton<LoginLimiter>();
            services.AddSingleton<PasswordHasher>();
            services.AddSingleton(provider => AccountStore.Open(provider.GetRequiredService<IOptions<AuthOptions>>().Value.DataDirectory));
            services.AddSingleton<AdministratorAccount>();
            services.AddSingleton<ICredentialCheck, PasswordCredentialCheck>();
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // Nothing that this service reads is longer.
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LoginHandler.MaximumBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });

        // The address a login is counted under: the client's, as the gateway names it, when the gateway is whom we are told to trust.
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<AuthOptions>>(
            static (forwarded, auth) => forwarded.Trust(auth.Value.TrustedGateways.Count > 0 ? auth.Value.TrustedGateways : AuthOptions.ThisMachine));
    }

    private static void MapAuthService(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.Map("/login", (HttpContext context, LoginHandler login) => login.HandleAsync(context)).WithName("login");
        app.MapMethods("/.well-known/jwks.json", [HttpMethods.Get, HttpMethods.Head], JwksEndpoint.Handle).WithName("jwks");
        app.MapFallback("{**path}", context => LoginAnswers.ErrorAsync(
            context, HttpStatusCode.NotFound, "there is nothing here: use POST /login or GET /.well-known/jwks.json"));
    }

    /// <summary>Opens everything that a damaged file or a missing account can keep from opening, once all options were judged.</summary>
    private static void OpenFiles(IServiceProvider services)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        services.GetRequiredService<SigningKeyStore>();
        services.GetService<AdministratorAccount>()?.EnsureExists();
        services.GetRequiredService<ICredentialCheck>();
    }
}
