using AspireKv.Auth.Accounts;
using AspireKv.Auth.Api;
using AspireKv.Auth.Commands;
using AspireKv.Auth.Files;
using AspireKv.Auth.Issuing;
using AspireKv.ServiceDefaults;
using AspireKv.ServiceDefaults.Listening;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth;

/// <summary>Puts the auth service together: it issues access tokens and publishes the keys that verify them.</summary>
internal static class AuthApp
{
    private const string DefaultUrl = "http://localhost:5000";

    /// <summary>The program as its operator sees it.</summary>
    public static readonly ServiceProgram Service = new("auth service", typeof(AuthApp).Assembly)
    {
        Commands =
        [
            new(
                AccountCommands.SetPassword,
                ["E-MAIL"],
                "Reads a password from the first line of the standard input and makes the account, or changes it.",
                static (words, settings) => AccountCommands.SetPasswordAsync(
                    words[0], () => BuildForAccounts(settings), Console.In, Console.Out)),
            new(
                AccountCommands.RemoveAccount,
                ["E-MAIL"],
                "Removes the account; it can log in no more.",
                static (words, settings) => AccountCommands.RemoveAsync(words[0], () => BuildForAccounts(settings), Console.Out)),
        ],
    };

    /// <param name="args">The command line.</param>
    /// <exception cref="StartUpException">The service must not start.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.Services.AddOptionsWithValidateOnStart<AuthOptions, AuthOptionsValidator>().BindConfiguration(AuthOptions.SectionName);
        builder.AddListener();
        builder.Services.AddSingleton<IDisk, Disk>();
        builder.Services.AddSingleton(static provider =>
            DirectoryLock.Take(DataDirectory(provider), provider.GetRequiredService<IDisk>()));
        builder.Services.AddAccounts(builder.Environment.IsDevelopment(), DataDirectory);
        builder.Services.AddIssuing(DataDirectory);
        builder.Services.AddLogin();

        var app = Service.Build(builder);
        OpenFiles(app.Services);
        app.UseRequestMetrics();
        app.UseNoStore();
        app.UseRequestForm();
        app.UseForwardedHeaders();
        app.UseManagement();
        app.UseRouting();
        app.MapDefaultEndpoints();
        app.MapLogin();
        app.MapKeys();
        return app;
    }

    private static void AddListener(this WebApplicationBuilder builder)
    {
        builder.AddListeners(ListenAddress.Read(builder.Configuration, DefaultUrl));
        builder.Services.AddListenerOptions();

        // The address a login is counted under: the client's, as the gateway names it, when the gateway is whom we are told to trust.
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<AuthOptions>>(static (forwarded, auth) =>
            forwarded.Trust(auth.Value.TrustedGateways.Count > 0 ? auth.Value.TrustedGateways : AuthOptions.ThisMachine));
    }

    /// <summary>Opens everything that a damaged file or a missing account can keep from opening, once all options were judged.</summary>
    private static void OpenFiles(IServiceProvider services)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        services.GetRequiredService<DirectoryLock>();
        services.GetRequiredService<SigningKeyStore>();
        services.GetService<AdministratorAccount>()?.EnsureExists();
        services.GetRequiredService<ICredentialCheck>();
    }

    /// <summary>What a command needs that works on the accounts, beside the service or without it.</summary>
    private static WebApplication BuildForAccounts(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.Services.AddOptionsWithValidateOnStart<AuthOptions, AuthOptionsValidator>().BindConfiguration(AuthOptions.SectionName);
        builder.Services.AddOptionsWithValidateOnStart<LoginOptions, LoginOptionsValidator>().BindConfiguration(LoginOptions.SectionName);
        builder.Services.AddSingleton<IDisk, Disk>();
        builder.Services.AddAccountStore(DataDirectory);
        var app = Service.Build(builder);
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        return app;
    }

    private static string DataDirectory(IServiceProvider services) =>
        services.GetRequiredService<IOptions<AuthOptions>>().Value.DataDirectory;
}
