using System.Security.Cryptography;
using System.Text;

namespace AspireKv.Transport;

/// <summary>
/// The secret that every node and gateway of one cluster holds. It never crosses the wire: only a key derived from it is used, to prove that it is known.
/// </summary>
public sealed class ClusterCredential
{
    /// <summary>The configuration key that holds the credential.</summary>
    public const string ConfigurationKey = "Cluster:Credential";

    /// <summary>Shorter secrets are refused: whoever records a handshake can try guesses offline.</summary>
    public const int MinimumLength = 32;

    private readonly byte[] _key;

    /// <param name="secret">The shared secret; at least <see cref="MinimumLength"/> characters.</param>
    /// <exception cref="ArgumentException">The secret is missing or too short.</exception>
    public ClusterCredential(string? secret)
    {
        if (secret is null || secret.Length < MinimumLength)
        {
            throw new ArgumentException(
                $"{ConfigurationKey} must be a shared secret of at least {MinimumLength} characters, the same on every node and gateway.", nameof(secret));
        }

        _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: "aspirekv peer handshake"u8.ToArray());
    }

    internal ReadOnlySpan<byte> Key => _key;

    /// <summary>Says nothing of the secret.</summary>
    public override string ToString() => nameof(ClusterCredential);
}
