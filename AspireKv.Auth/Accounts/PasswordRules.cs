using System.Collections.Frozen;

namespace AspireKv.Auth.Accounts;

/// <summary>Which passwords an account may have: long enough, short enough to hash, and none that everybody tries first.</summary>
internal static class PasswordRules
{
    public const int MinLength = 8;
    public const int MaxLength = 128;

    /// <summary>
    /// Placeholders from examples, and the most common passwords of at least eight characters; compared in lower case, letters and digits
    /// only.
    /// </summary>
    private static readonly FrozenSet<string> Common = FrozenSet.Create(
        StringComparer.Ordinal,
        "changeme", "changeit", "changethis", "changemenow", "changeme123", "replaceme", "pleasechangeme", "yourpassword", "yoursecret",
        "yourpasswordhere", "placeholder", "defaultpassword", "default123", "example123", "examplepassword", "secretpassword",
        "supersecret", "topsecret", "adminadmin", "admin123", "admin1234", "admin12345", "administrator", "adminpassword",
        "rootroot", "rootpassword", "aspirekv", "aspirekv123", "testtest", "test1234", "testpassword", "password",
        "password1", "password12", "password123", "password1234", "passw0rd", "p4ssw0rd", "passwort", "12345678", "123456789",
        "1234567890", "0123456789", "87654321", "987654321", "11111111", "00000000", "12341234", "12344321", "11223344", "123123123",
        "qwertyui", "qwertyuiop", "qwerty123", "qwerty12", "qwertz123", "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "q1w2e3r4", "zaq12wsx",
        "asdfghjk", "asdfghjkl", "asdf1234", "abcd1234", "abcdefgh", "abc12345", "a1b2c3d4", "aa123456", "iloveyou", "sunshine",
        "princess", "football", "baseball", "superman", "trustno1", "starwars", "computer", "whatever", "welcome1", "welcome123",
        "letmein1", "letmein123", "dragon123", "master123", "monkey123", "michelle", "jennifer", "internet", "samsung1", "pokemon1");

    /// <summary>What is wrong with a new password, as the end of a sentence; null when nothing is.</summary>
    public static string? FindFault(string password, string email)
    {
        if (!HasLegalLength(password))
        {
            return $"must have {MinLength} to {MaxLength} characters";
        }

        // Whoever guesses begins with what is known.
        var name = email.Split('@')[0];
        if (password.Contains(email, StringComparison.OrdinalIgnoreCase)
            || email.Contains(password, StringComparison.OrdinalIgnoreCase)
            || password.Equals(name + name, StringComparison.OrdinalIgnoreCase))
        {
            return "repeats the e-mail address: choose another";
        }

        var bare = string.Concat(password.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        return Common.Contains(bare) || password.Distinct().Count() < 4 || (password[0] == '<' && password[^1] == '>')
            ? "is a placeholder or too common: choose another"
            : null;
    }

    public static bool HasLegalLength(string password) => password.Length is >= MinLength and <= MaxLength;
}
