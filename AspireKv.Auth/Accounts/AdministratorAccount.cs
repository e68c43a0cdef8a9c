using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Accounts;

/// <summary>Makes the first account from the configuration. An account that exists is never changed by it.</summary>
internal sealed class AdministratorAccount(
    AccountStore accounts, PasswordChecker checker, IOptions<AdministratorOptions> options, TimeProvider time,
    ILogger<AdministratorAccount> logger)
{
    /// <exception cref="StartUpException">There is no account and none is configured, or one is damaged.</exception>
    public void EnsureExists()
    {
        // The options were validated: an address that is set is one, and a password is with it.
        var administrator = options.Value;
        var isConfigured = EmailAddress.TryParse(administrator.Email, out var email);
        if (!accounts.IsEmpty())
        {
            ExpectHashes();
            if (isConfigured)
            {
                WarnWhereIgnored(email!, administrator.Password!);
            }
        }
        else if (isConfigured)
        {
            accounts.Set(email!, checker.Hash(email!, administrator.Password!), time.GetUtcNow());
            Log.AdministratorCreated(logger, email!);
        }
        else
        {
            throw new StartUpException(
                "there is no account yet: set Auth:Administrator:Email and Auth:Administrator:Password to make the first one");
        }
    }

    private void ExpectHashes()
    {
        try
        {
            foreach (var hash in accounts.ListHashes())
            {
                checker.Expect(hash);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new StartUpException($"{exception.Message}: put back a copy of {AccountStore.FileName}", exception);
        }
    }

    /// <summary>An operator who changes the configuration and sees no line believes that the password changed.</summary>
    private void WarnWhereIgnored(EmailAddress email, string password)
    {
        if (accounts.FindHash(email) is not { } stored)
        {
            Log.AdministratorUnknown(logger, email);
        }
        else if (!checker.Verify(email, password, stored, out _))
        {
            Log.AdministratorPasswordIgnored(logger, email);
        }
    }
}
