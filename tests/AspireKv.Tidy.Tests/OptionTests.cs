using System.Globalization;
using System.Text.RegularExpressions;
using AspireKv.Tidy.Tests.Sources;

namespace AspireKv.Tidy.Tests;

/// <summary>The options in <c>docs/operations.md</c> are those of the code, with their defaults and ranges, in the same words.</summary>
public sealed partial class OptionTests
{
    [Fact]
    public void Operations_ListsEveryOptionAndNoOther()
    {
        // The nodes and those that talk to them read one section each in its own way, in the same words.
        var expected = SourceTree.Product.SelectMany(Rows).DistinctBy(row => (row.Name, row.Text)).ToList();
        var documented = SourceTree.TableRows(SourceTree.OperationsSection("Options"))
            .Where(cells => cells[0].Contains(':', StringComparison.Ordinal))
            .ToList();

        Assert.True(expected.Count > 60, $"only {expected.Count} options were found");
        foreach (var row in expected)
        {
            var found = documented.SingleOrDefault(cells => cells[0] == row.Name);
            Assert.True(found is not null, $"docs/operations.md does not list {row}");
            Assert.True(
                found[3] == row.Text && (row.Default is null || found[1] == row.Default) && (row.Range is null || found[2] == row.Range),
                $"docs/operations.md says\n| {string.Join(" | ", found)} |\nbut the code\n{row}");
        }

        Assert.Equal(
            expected.Select(row => row.Name).Order(StringComparer.Ordinal),
            documented.Select(cells => cells[0]).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<OptionRow> Rows(SourceFile file)
    {
        // An option of its own, that is not one of a class of options.
        if (ConfigurationKey().Match(file.Text) is { Success: true } key)
        {
            yield return new OptionRow(
                key.Groups["name"].Value, Default: null, Range: "required", SourceTree.Flatten(key.Groups["comment"].Value));
        }

        if (SectionName().Match(file.Text) is not { Success: true } section)
        {
            yield break;
        }

        foreach (Match match in Properties().Matches(file.Text))
        {
            yield return new OptionRow(
                $"{section.Groups["name"].Value}:{match.Groups["name"].Value}",
                DefaultOf(match.Groups["default"].Value),
                RangeOf(match.Groups["attributes"].Value),
                SourceTree.Flatten(match.Groups["comment"].Value));
        }
    }

    /// <summary>As the documentation writes it; null where that is said in words.</summary>
    private static string? DefaultOf(string expression)
    {
        if (Times().Match(expression) is { Success: true } time)
        {
            return $"{time.Groups["number"].Value} {time.Groups["unit"].Value.ToLowerInvariant()}";
        }

        return Number(expression)?.ToString("N0", CultureInfo.InvariantCulture);
    }

    private static string? RangeOf(string attributes)
    {
        if (attributes.Contains("[Required", StringComparison.Ordinal))
        {
            return "required";
        }

        if (TimeRange().Match(attributes) is { Success: true } times)
        {
            return $"{times.Groups["low"].Value} to {times.Groups["high"].Value}";
        }

        return NumberRange().Match(attributes) is { Success: true } numbers
            && Number(numbers.Groups["low"].Value) is { } low
            && Number(numbers.Groups["high"].Value) is { } high
                ? string.Create(CultureInfo.InvariantCulture, $"{low:N0} to {high:N0}")
                : null;
    }

    /// <summary>A number, or a product of some; null for anything else.</summary>
    private static long? Number(string expression)
    {
        var product = 1L;
        foreach (var factor in expression.Split('*'))
        {
            var digits = factor.Replace("_", "", StringComparison.Ordinal).Trim().TrimEnd('L');
            if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            product *= number;
        }

        return product;
    }

    private sealed record OptionRow(string Name, string? Default, string? Range, string Text);

    [GeneratedRegex(
        @"(?<comment>(?:^    ///[^\n]*\n)+)^    public const string ConfigurationKey = ""(?<name>[\w:]+)""", RegexOptions.Multiline)]
    private static partial Regex ConfigurationKey();

    [GeneratedRegex(@"const string SectionName = ""(?<name>[\w:]+)""")]
    private static partial Regex SectionName();

    [GeneratedRegex(
        @"(?<comment>(?:^    ///[^\n]*\n)+)(?<attributes>(?:^    \[[^\n]*\n)*)"
        + @"^    public (?!\w+Options )[\w<>?,. ]+ (?<name>\w+) \{ get; (?:set; )?\}(?: = (?<default>[^;]+);)?",
        RegexOptions.Multiline)]
    private static partial Regex Properties();

    [GeneratedRegex(@"^TimeSpan\.From(?<unit>\w+)\((?<number>[\d.]+)\)$")]
    private static partial Regex Times();

    [GeneratedRegex(@"\[Range\(typeof\(TimeSpan\), ""(?<low>[^""]+)"", ""(?<high>[^""]+)""")]
    private static partial Regex TimeRange();

    [GeneratedRegex(@"\[Range\((?<low>[^,()]+), (?<high>[^,()]+)\)")]
    private static partial Regex NumberRange();
}
