using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AspireKv.Auth.Accounts;

/// <summary>A stored hash with all that is needed to check it: <c>$pbkdf2-sha512$i=210000$salt$hash</c>, in base64.</summary>
internal sealed record PasswordHash(int Rounds, byte[] Salt, byte[] Hash)
{
    private const string Scheme = "pbkdf2-sha512";

    public static bool TryParse(string text, [NotNullWhen(true)] out PasswordHash? hash)
    {
        hash = null;
        var parts = text.Split('$');
        if (parts is not ["", Scheme, var rounds, var salt, var bytes]
            || !rounds.StartsWith("i=", StringComparison.Ordinal)
            || !int.TryParse(rounds.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count < 1)
        {
            return false;
        }

        try
        {
            hash = new PasswordHash(count, Convert.FromBase64String(salt), Convert.FromBase64String(bytes));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"${Scheme}$i={Rounds}${Convert.ToBase64String(Salt)}${Convert.ToBase64String(Hash)}");
}
