namespace AspireKv.Auth.Accounts;

internal static partial class Log
{
    [LoggerMessage(4201, LogLevel.Warning,
        "Development: whoever on this machine names an e-mail address gets a token, without a password")]
    public static partial void EveryoneIsBelieved(ILogger logger);

    [LoggerMessage(4202, LogLevel.Information, "Made the first account, {Email}. Its password can now be taken out of the configuration")]
    public static partial void AdministratorCreated(ILogger logger, EmailAddress email);

    [LoggerMessage(4203, LogLevel.Warning,
        "Auth:Administrator names {Email}, and there is no such account. The configuration makes the first account only: add one with "
        + "the command set-password")]
    public static partial void AdministratorUnknown(ILogger logger, EmailAddress email);

    [LoggerMessage(4204, LogLevel.Warning,
        "Auth:Administrator:Password is not the password of {Email} and is ignored. Change the password with the command set-password")]
    public static partial void AdministratorPasswordIgnored(ILogger logger, EmailAddress email);

    [LoggerMessage(4205, LogLevel.Warning, "The accounts cannot be read at the moment, and logins are answered 503: {Reason}")]
    public static partial void AccountsUnavailable(ILogger logger, string reason);

    [LoggerMessage(4206, LogLevel.Warning,
        "The stronger hash of {Email}'s password could not be stored; its next login tries again: {Reason}")]
    public static partial void HashNotReplaced(ILogger logger, EmailAddress email, string reason);

    [LoggerMessage(4207, LogLevel.Warning, "Waits for the accounts in {Path}: {Reason}")]
    public static partial void WaitsForAccounts(ILogger logger, string path, string reason);
}
