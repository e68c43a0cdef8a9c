using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Accounts;

/// <summary>Makes the first account from the configuration. An account that exists is never changed by it.</summary>
internal sealed class AdministratorAccount(
    AccountStore accounts, PasswordHasher hasher, IOptions<AdministratorOptions> options, TimeProvider time,
    ILogger<AdministratorAccount> logger)
{
    /// <exception cref="StartUpException">There is no account and none is configured.</exception>
    public void EnsureExists()
    {
        if (!accounts.IsEmpty())
        {
            return;
        }

        // The options were validated: an address that is set is one, and a password is with it.
        var administrator = options.Value;
        if (!EmailAddress.TryParse(administrator.Email, out var email))
        {
            throw new StartUpException(
                "there is no account yet: set Auth:Administrator:Email and Auth:Administrator:Password to make the first one");
        }

        accounts.Add(email, hasher.Hash(administrator.Password!), time.GetUtcNow());
        Log.AdministratorCreated(logger, email);
    }
}
