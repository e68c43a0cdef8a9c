using Microsoft.Extensions.Logging;

namespace AspireKv.AccessTokens;

internal static partial class Log
{
    [LoggerMessage(5101, LogLevel.Information, "Access tokens are now checked with the keys {KeyIds}")]
    public static partial void KeysChanged(ILogger logger, string keyIds);

    /// <summary>A warning the first time, for debugging only when it goes on failing.</summary>
    [LoggerMessage(
        EventId = 5102,
        Message = "Could not fetch the keys of access tokens from {JwksUri}: {Cause}; {EarlierKeys}")]
    public static partial void FetchFailed(ILogger logger, LogLevel level, string jwksUri, string cause, string earlierKeys);

    [LoggerMessage(5103, LogLevel.Warning,
        "The auth service's clock is {Seconds} s {Direction} this machine's; beyond {ClockSkew} its fresh tokens are refused. Correct the "
        + "clocks")]
    public static partial void ClocksDiffer(ILogger logger, long seconds, string direction, TimeSpan clockSkew);

    [LoggerMessage(5104, LogLevel.Information, "The auth service's clock and this machine's agree again")]
    public static partial void ClocksAgree(ILogger logger);
}
