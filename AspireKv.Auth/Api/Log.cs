using System.Net;
using AspireKv.Auth.Accounts;

namespace AspireKv.Auth.Api;

internal static partial class Log
{
    [LoggerMessage(4301, LogLevel.Information, "Issued the access token {TokenId} to {Email} at {Address}")]
    public static partial void TokenIssued(ILogger logger, string tokenId, EmailAddress email, IPAddress address);

    [LoggerMessage(4302, LogLevel.Warning, "Refused a login for {Email} from {Address}: {Outcome}")]
    public static partial void LoginRefused(ILogger logger, EmailAddress email, IPAddress address, LoginOutcome outcome);

    [LoggerMessage(4303, LogLevel.Error, "A login failed by our own fault")]
    public static partial void LoginFailed(ILogger logger, Exception cause);

    [LoggerMessage(4304, LogLevel.Warning,
        "A login came from {Address} with an X-Forwarded-For that is not believed: where that is a gateway, name it in "
        + "Auth:TrustedGateways, or all its clients share one address's failures. (Said once)")]
    public static partial void ForwardedByStranger(ILogger logger, IPAddress address);
}
