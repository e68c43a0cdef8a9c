using AspireKv.Auth.Accounts;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Data.Sqlite;

namespace AspireKv.Auth.Commands;

/// <summary>
/// What an operator does to accounts. Run as <c>AspireKv.Auth set-password E-MAIL</c>, with the service's configuration; the service may go
/// on meanwhile. Tokens that were issued stay valid until they expire.
/// </summary>
internal static class AccountCommands
{
    public const string SetPassword = "set-password";
    public const string RemoveAccount = "remove-account";

    /// <param name="account">The e-mail address.</param>
    /// <param name="build">Puts the host together that has the accounts.</param>
    /// <param name="input">Where the password is.</param>
    /// <param name="output">Where it is said what was done.</param>
    /// <exception cref="StartUpException">The address or the password is none, or the accounts cannot be changed.</exception>
    public static async Task SetPasswordAsync(string account, Func<WebApplication> build, TextReader input, TextWriter output)
    {
        var email = ReadEmail(account);
        var password = await input.ReadLineAsync() ?? "";
        if (PasswordRules.FindFault(password, email.Value) is { } fault)
        {
            throw new StartUpException($"the password {fault}.");
        }

        await using var app = build();
        var accounts = app.Services.GetRequiredService<AccountStore>();
        var hash = app.Services.GetRequiredService<PasswordChecker>().Hash(email, password);
        var isNew = Change(() => accounts.Set(email, hash, app.Services.GetRequiredService<TimeProvider>().GetUtcNow()));
        await output.WriteLineAsync(isNew ? $"Made the account {email}." : $"Changed the password of {email}.");
    }

    /// <exception cref="StartUpException">There is no such account, or the accounts cannot be changed.</exception>
    public static async Task RemoveAsync(string account, Func<WebApplication> build, TextWriter output)
    {
        var email = ReadEmail(account);
        await using var app = build();
        if (!Change(() => app.Services.GetRequiredService<AccountStore>().Remove(email)))
        {
            throw new StartUpException($"there is no account {email}.");
        }

        await output.WriteLineAsync($"Removed the account {email}.");
    }

    private static EmailAddress ReadEmail(string text) =>
        EmailAddress.TryParse(text, out var email) ? email : throw new StartUpException($"'{text}' is not an e-mail address.");

    private static bool Change(Func<bool> change)
    {
        try
        {
            return change();
        }
        catch (SqliteException exception)
        {
            throw new StartUpException($"the accounts could not be changed ({exception.Message}); nothing was.", exception);
        }
    }
}
