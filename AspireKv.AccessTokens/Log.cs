using Microsoft.Extensions.Logging;

namespace AspireKv.AccessTokens;

internal static partial class Log
{
    [LoggerMessage(5101, LogLevel.Information, "Access tokens are now checked with the keys {KeyIds}")]
    public static partial void KeysChanged(ILogger logger, string keyIds);

    /// <summary>A warning the first time, for debugging only when it goes on failing.</summary>
    [LoggerMessage(
        EventId = 5102,
        Message = "Could not fetch the keys of access tokens from {JwksUri}: {Cause}. Earlier keys stay in use: {KeysLoaded}")]
    public static partial void FetchFailed(ILogger logger, LogLevel level, string jwksUri, string cause, bool keysLoaded);
}
