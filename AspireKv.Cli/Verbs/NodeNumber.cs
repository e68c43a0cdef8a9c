using System.CommandLine;
using System.Globalization;

namespace AspireKv.Cli.Verbs;

/// <summary>The number of a node.</summary>
internal static class NodeNumber
{
    public const string Range = "a node's number, 1 to 65535";

    public static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= ushort.MaxValue;

    /// <summary>An argument that takes one.</summary>
    public static Argument<int> Argument() => new("N")
    {
        Description = "The node's number.",
        CustomParser = static result =>
        {
            if (!TryParse(result.Tokens[0].Value, out var number))
            {
                result.AddError($"'{result.Tokens[0].Value}' is not {Range}.");
            }

            return number;
        },
    };
}
