using AspireKv.Auth.Accounts;
using AspireKv.Auth.Api;
using AspireKv.Auth.Issuing;
using AspireKv.ServiceDefaults;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth;

/// <summary>Puts the auth service together: it issues access tokens and publishes the keys that verify them.</summary>
internal static class AuthApp
{
    /// <param name="args">The command line.</param>
    /// <exception cref="StartUpException">The service must not start.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.Services.AddValidatedOptions<AuthOptions, AuthOptionsValidator>(AuthOptions.SectionName);
        builder.AddListener();
        builder.Services.AddAccounts(builder.Environment.IsDevelopment(), DataDirectory);
        builder.Services.AddIssuing(DataDirectory);
        builder.Services.AddLogin();

        var app = builder.Build();
        OpenFiles(app.Services);
        app.UseRequestMetrics();
        app.UseForwardedHeaders();
        app.MapDefaultEndpoints();
        app.MapLogin();
        app.MapKeys();
        return app;
    }

    private static void AddListener(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            // Nothing that this service reads is longer.
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LoginHandler.MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });

        // The address a login is counted under: the client's, as the gateway names it, when the gateway is whom we are told to trust.
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<AuthOptions>>(static (forwarded, auth) =>
            forwarded.Trust(auth.Value.TrustedGateways.Count > 0 ? auth.Value.TrustedGateways : AuthOptions.ThisMachine));
    }

    /// <summary>Opens everything that a damaged file or a missing account can keep from opening, once all options were judged.</summary>
    private static void OpenFiles(IServiceProvider services)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        services.GetRequiredService<SigningKeyStore>();
        services.GetService<AdministratorAccount>()?.EnsureExists();
        services.GetRequiredService<ICredentialCheck>();
    }

    private static string DataDirectory(IServiceProvider services) =>
        services.GetRequiredService<IOptions<AuthOptions>>().Value.DataDirectory;
}
