namespace AspireKv.Auth.Accounts;

internal static partial class Log
{
    [LoggerMessage(4201, LogLevel.Warning,
        "Development: whoever names an e-mail address gets a token, without a password. Never run like this where others can reach it")]
    public static partial void EveryoneIsBelieved(ILogger logger);

    [LoggerMessage(4202, LogLevel.Information, "Made the first account, {Email}. Its password can now be taken out of the configuration")]
    public static partial void AdministratorCreated(ILogger logger, EmailAddress email);
}
