using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Accounts;

/// <summary>
/// PBKDF2-SHA512 (RFC 8018) with a salt of its own for each password. Slow on purpose: about 0.1 s for 210,000 rounds.
/// </summary>
internal sealed class PasswordHasher
{
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    private readonly int _rounds;

    /// <summary>Stands in for the account that does not exist, so that finding out costs the same work.</summary>
    private readonly PasswordHash _decoy;

    public PasswordHasher(IOptions<LoginOptions> options)
    {
        _rounds = options.Value.PasswordHashRounds;
        _decoy = new PasswordHash(_rounds, RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(HashBytes));
    }

    public PasswordHash Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new PasswordHash(_rounds, salt, Derive(password, salt, _rounds, HashBytes));
    }

    /// <summary>
    /// False for a null hash (no such account), after the same work. The comparison takes the same time whatever differs.
    /// </summary>
    public bool Verify(string password, PasswordHash? expected)
    {
        var against = expected ?? _decoy;
        var actual = Derive(password, against.Salt, against.Rounds, against.Hash.Length);
        return CryptographicOperations.FixedTimeEquals(actual, against.Hash) & expected is not null;
    }

    /// <summary>Whether a hash was made with fewer rounds than new ones are.</summary>
    public bool IsOutdated(PasswordHash hash) => hash.Rounds < _rounds;

    private static byte[] Derive(string password, byte[] salt, int rounds, int length) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, rounds, HashAlgorithmName.SHA512, length);
}
