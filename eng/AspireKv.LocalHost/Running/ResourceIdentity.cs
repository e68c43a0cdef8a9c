using System.Security.Cryptography;

namespace AspireKv.LocalHost;

/// <summary>
/// Telemetry finds its resource by this pair: a service calls itself <paramref name="DisplayName"/>, instance
/// <paramref name="InstanceId"/>, and the dashboard looks for a resource whose name is the two joined by a hyphen.
/// </summary>
internal sealed record ResourceIdentity(string DisplayName, string InstanceId)
{
    private const int InstanceIdLength = 8;

    public string Name => $"{DisplayName}-{InstanceId}";

    public static ResourceIdentity New(string displayName) =>
        new(displayName, RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz", InstanceIdLength));
}
