using System.Security.Cryptography;

namespace AspireKv.Transport.Handshake;

/// <summary>
/// The secret that every node and gateway of one cluster holds. The secret never crosses the wire: only a key derived from it is used, to
/// prove that it is known.
/// </summary>
internal sealed class ClusterCredential
{
    /// <summary>
    /// The secret of the cluster, at least 32 characters, the same on every node and gateway; whoever has it can read and write everything.
    /// </summary>
    public const string ConfigurationKey = "Cluster:Credential";

    /// <summary>Shorter secrets are refused: whoever records a handshake can try guesses offline.</summary>
    public const int MinLength = 32;

    private readonly byte[] _key;

    /// <param name="secret">The shared secret; at least <see cref="MinLength"/> characters.</param>
    /// <exception cref="ArgumentException">The secret is missing or too short.</exception>
    public ClusterCredential(string? secret)
    {
        if (FindFault(secret) is { } fault)
        {
            throw new ArgumentException(fault, nameof(secret));
        }

        _key = HKDF.DeriveKey(
            HashAlgorithmName.SHA256, System.Text.Encoding.UTF8.GetBytes(secret!), 32, info: "aspirekv peer handshake"u8.ToArray());
    }

    /// <summary>One line that says what is wrong with the secret, and does not repeat it; or null.</summary>
    public static string? FindFault(string? secret) => secret is null || secret.Length < MinLength
        ? $"{ConfigurationKey} must be a shared secret of at least {MinLength} characters, the same on every node and gateway."
        : null;

    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Says nothing of the secret.</summary>
    public override string ToString() => nameof(ClusterCredential);
}
