using System.Globalization;

namespace AspireKv.Cli.Output;

/// <summary>Text of others, such as names of nodes, in a form in which it can do nothing to a terminal.</summary>
internal static class Plain
{
    /// <summary>
    /// The text with a question mark for everything that would be obeyed rather than shown: escapes, line ends, marks of direction.
    /// </summary>
    public static string Of(string text) => text.Any(IsObeyed) ? new string([.. text.Select(static c => IsObeyed(c) ? '?' : c)]) : text;

    private static bool IsObeyed(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
