using AspireKv.ServiceDefaults.StartUp;

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
        services.AddValidatedOptions<LoginOptions, LoginOptionsValidator>(LoginOptions.SectionName);
        if (isDevelopment)
        {
            return services.AddSingleton<ICredentialCheck, DevelopmentCredentialCheck>();
        }

        services.AddValidatedOptions<AdministratorOptions, AdministratorOptionsValidator>(AdministratorOptions.SectionName);
        services.AddSingleton<LoginLimiter>();
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton(provider => AccountStore.Open(dataDirectory(provider)));
        services.AddSingleton<AdministratorAccount>();
        return services.AddSingleton<ICredentialCheck, PasswordCredentialCheck>();
    }
}
