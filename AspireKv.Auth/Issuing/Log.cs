namespace AspireKv.Auth.Issuing;

internal static partial class Log
{
    [LoggerMessage(4101, LogLevel.Information, "Made a signing key, {KeyId}, in {Path}")]
    public static partial void SigningKeyCreated(ILogger logger, string keyId, string path);

    [LoggerMessage(4102, LogLevel.Information, "Signing with the key {KeyId} from {Path}")]
    public static partial void SigningKeyLoaded(ILogger logger, string keyId, string path);
}
