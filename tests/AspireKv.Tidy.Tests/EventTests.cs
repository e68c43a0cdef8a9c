using System.Text.RegularExpressions;

namespace AspireKv.Tidy.Tests;

public sealed partial class EventTests
{
    /// <summary>Whose the thousands are, as the documentation says.</summary>
    private static readonly Dictionary<string, int[]> Ranges = new()
    {
        ["AspireKv.Access"] = [1],
        ["AspireKv.Gateway"] = [1],
        ["AspireKv.Storage"] = [2],
        ["AspireKv.StorageNode"] = [2, 3],
        ["AspireKv.Transport"] = [3],
        ["AspireKv.Auth"] = [4],
        ["AspireKv.AccessTokens"] = [5],
        ["AspireKv.ServiceDefaults"] = [5],
    };

    private static readonly List<LoggedEvent> Events =
    [
        .. SourceTree.Product.SelectMany(file => Messages().Matches(file.Text).Select(match => new LoggedEvent(
            int.Parse(match.Groups["id"].Value, System.Globalization.CultureInfo.InvariantCulture),
            match.Groups["level"].Value,
            string.Concat(Literals().Matches(match.Groups["text"].Value).Select(literal => Regex.Unescape(literal.Groups["text"].Value))),
            file))),
    ];

    [Fact]
    public void Ids_AreUniqueAndOfTheirProject()
    {
        Assert.True(Events.Count > 50, $"only {Events.Count} events were found");
        Assert.Empty(Events.GroupBy(logged => logged.Id).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.All(Events, logged => Assert.True(
            Ranges[logged.File.Project].Contains(logged.Id / 1000),
            $"event {logged.Id} in {logged.File.Path} is not of the range of its project"));
    }

    [Fact]
    public void Operations_ListsEveryEventAndNoOther()
    {
        var documented = SourceTree.TableRows(SourceTree.OperationsSection("Events")).Skip(1).Select(cells => string.Join(" | ", cells));
        var expected = Events.OrderBy(logged => logged.Id)
            .Select(logged => $"{logged.Id} | {logged.Level} | {logged.Message}");

        Assert.Equal(expected, documented);
    }

    private sealed record LoggedEvent(int Id, string Level, string Message, SourceFile File);

    [GeneratedRegex(
        @"\[LoggerMessage\(\s*(?<id>\d+),\s*LogLevel\.(?<level>\w+),\s*"
        + @"(?<text>""(?:[^""\\]|\\.)*""(?:\s*\+\s*""(?:[^""\\]|\\.)*"")*)\s*\)\]")]
    private static partial Regex Messages();

    [GeneratedRegex(@"""(?<text>(?:[^""\\]|\\.)*)""")]
    private static partial Regex Literals();
}
