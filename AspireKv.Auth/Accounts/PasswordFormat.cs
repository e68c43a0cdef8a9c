using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace AspireKv.Auth.Accounts;

/// <summary>
/// The bytes of a stored hash, in base64, as ASP.NET Core Identity writes them (its version 3), integers in network order:
/// <code>01 | function (4): 2 is HMAC-SHA512 | rounds (4) | length of the salt (4) | salt | PBKDF2 of the password</code>
/// Earlier versions of this service wrote the same parts as text, <c>$pbkdf2-sha512$i=210000$SALT$HASH</c>, and are still read.
/// </summary>
internal static class PasswordFormat
{
    private const byte Version = 1;
    private const int HmacSha512 = 2;
    private const int HeaderBytes = 13;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;
    private const string EarlierScheme = "pbkdf2-sha512";
    private const string EarlierRounds = "i=";

    /// <summary>The hash as Identity reads it.</summary>
    /// <exception cref="InvalidDataException">The text is no hash.</exception>
    public static string Read(string stored)
    {
        try
        {
            var bytes = stored.StartsWith('$') ? ReadEarlier(stored) : Convert.FromBase64String(stored);
            if (bytes.Length > HeaderBytes && bytes[0] == Version && RoundsOf(bytes) > 0)
            {
                return Convert.ToBase64String(bytes);
            }
        }
        catch (FormatException)
        {
            // Said below, as for every other text that is no hash.
        }

        throw new InvalidDataException("the stored password hash of an account is damaged");
    }

    /// <summary>Rounds of PBKDF2 that checking this hash takes.</summary>
    public static int RoundsOf(string hash) => RoundsOf(Convert.FromBase64String(hash));

    /// <summary>A hash that no password has, and that takes so many rounds to check.</summary>
    public static string MakeUp(int rounds) =>
        Convert.ToBase64String(Write(rounds, RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(HashBytes)));

    private static int RoundsOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes[5..]);

    private static byte[] ReadEarlier(string stored) =>
        stored.Split('$') is ["", EarlierScheme, var rounds, var salt, var hash]
        && rounds.StartsWith(EarlierRounds, StringComparison.Ordinal)
        && int.TryParse(rounds.AsSpan(EarlierRounds.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? Write(count, Convert.FromBase64String(salt), Convert.FromBase64String(hash))
            : [];

    private static byte[] Write(int rounds, byte[] salt, byte[] hash)
    {
        var bytes = new byte[HeaderBytes + salt.Length + hash.Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), HmacSha512);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), rounds);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(9), salt.Length);
        salt.CopyTo(bytes, HeaderBytes);
        hash.CopyTo(bytes, HeaderBytes + salt.Length);
        return bytes;
    }
}
