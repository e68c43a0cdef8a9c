using System.Security.Cryptography;

namespace AspireKv.Transport.Handshake;

/// <summary>
/// Proves that one side holds the cluster's credential, without showing it: HMAC-SHA256 (RFC 2104), under a key derived from the
/// credential, over a label that names the side, and both hellos as they crossed the wire. The hellos hold both nonces, both identities and
/// both versions, so a proof is good for this one connection, these two parties, and one direction.
/// </summary>
internal static class HandshakeProof
{
    public const int Bytes = HMACSHA256.HashSizeInBytes;

    /// <summary>What the client sends; the server compares.</summary>
    public static byte[] OfClient(ClusterCredential credential, ReadOnlySpan<byte> clientHello, ReadOnlySpan<byte> serverHello) =>
        Compute(credential, "aspirekv client"u8, clientHello, serverHello, HandshakeVerdict.Accepted);

    /// <summary>What the server sends, with its verdict; the client compares.</summary>
    public static byte[] OfServer(
        ClusterCredential credential, ReadOnlySpan<byte> clientHello, ReadOnlySpan<byte> serverHello, HandshakeVerdict verdict) =>
        Compute(credential, "aspirekv server"u8, clientHello, serverHello, verdict);

    public static bool AreEqual(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> given) =>
        CryptographicOperations.FixedTimeEquals(expected, given);

    private static byte[] Compute(
        ClusterCredential credential,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> clientHello,
        ReadOnlySpan<byte> serverHello,
        HandshakeVerdict verdict)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, credential.Key);
        hmac.AppendData(label);
        hmac.AppendData([(byte)verdict]);
        hmac.AppendData(clientHello);
        hmac.AppendData(serverHello);
        return hmac.GetHashAndReset();
    }
}
