using AspireKv.Auth.Files;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Accounts;

/// <summary>Registers what decides whether somebody may log in.</summary>
internal static class AccountServices
{
    /// <summary>In Development everybody is believed: there are no accounts, and no administrator to configure.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="isDevelopment">Whether the host runs in Development.</param>
    /// <param name="dataDirectory">Where the accounts lie.</param>
    public static IServiceCollection AddAccounts(
        this IServiceCollection services, bool isDevelopment, Func<IServiceProvider, string> dataDirectory)
    {
        services.AddOptionsWithValidateOnStart<LoginOptions, LoginOptionsValidator>().BindConfiguration(LoginOptions.SectionName);
        if (isDevelopment)
        {
            return services.AddSingleton<ICredentialCheck, DevelopmentCredentialCheck>();
        }

        services.AddOptionsWithValidateOnStart<AdministratorOptions, AdministratorOptionsValidator>()
            .BindConfiguration(AdministratorOptions.SectionName);
        services.AddAccountStore(dataDirectory);
        services.AddSingleton<LoginLimiter>();
        services.AddSingleton<HashingQueue>();
        services.AddSingleton<AdministratorAccount>();
        services.AddHealthChecks().AddCheck<AccountsHealthCheck>("accounts");
        return services.AddSingleton<ICredentialCheck, PasswordCredentialCheck>();
    }

    /// <summary>Registers the accounts and what checks their passwords; the options of logins are registered already.</summary>
    public static IServiceCollection AddAccountStore(this IServiceCollection services, Func<IServiceProvider, string> dataDirectory)
    {
        services.AddOptions<PasswordHasherOptions>().Configure<IOptions<LoginOptions>>(
            static (hasher, login) => hasher.IterationCount = login.Value.PasswordHashRounds);
        services.AddSingleton<IPasswordHasher<EmailAddress>, PasswordHasher<EmailAddress>>();
        services.AddSingleton<PasswordChecker>();
        return services.AddSingleton(provider => AccountStore.Open(
            dataDirectory(provider), provider.GetRequiredService<IDisk>(), provider.GetRequiredService<ILogger<AccountStore>>()));
    }
}
