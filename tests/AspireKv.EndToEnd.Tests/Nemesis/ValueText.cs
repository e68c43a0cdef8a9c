using System.Globalization;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>
/// The text that the write of a number stores. It tells the number and can be checked to its last byte; some are long enough to be cut in
/// two.
/// </summary>
internal static class ValueText
{
    public static string Of(long number)
    {
        var random = new Random((int)number);
        var length = number % 16 == 0 ? random.Next(4_000, 60_000) : random.Next(0, 100);
        return string.Create(CultureInfo.InvariantCulture, $"{number}:{new string((char)('a' + random.Next(26)), length)}");
    }

    /// <summary>False when the text is not, to the last byte, what some write stores.</summary>
    public static bool TryRead(string text, out long number) =>
        long.TryParse(text.Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out number) && text == Of(number);
}
