using AspireKv.Tidy.Tests.Sources;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AspireKv.Tidy.Tests;

public sealed class EventTests
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
        ["AspireKv.AppHost"] = [6],
    };

    private static readonly List<LoggedEvent> Events = [.. SourceTree.Product.SelectMany(EventsOf)];

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
        var documented = SourceTree.TableRows(SourceTree.OperationsSection("Events")).Skip(1).ToList();
        var expected = Events.OrderBy(logged => logged.Id).ToList();

        Assert.Equal(expected.Select(logged => $"{logged.Id} | {logged.Message}"), documented.Select(cells => $"{cells[0]} | {cells[2]}"));
        Assert.All(expected.Zip(documented), pair =>
        {
            if (pair.First.Level is { } level)
            {
                Assert.Equal($"{pair.First.Id}: {level}", $"{pair.Second[0]}: {pair.Second[1]}");
            }
            else
            {
                Assert.Contains(" or ", pair.Second[1], StringComparison.Ordinal);
            }
        });
    }

    [Theory]
    [InlineData("[LoggerMessage(7, LogLevel.Error, \"It broke: {Cause}\")]", "Error")]
    [InlineData("[LoggerMessage(7, LogLevel.Error, \"It broke\"\n + \": {Cause}\")]", "Error")]
    [InlineData("[LoggerMessage(EventId = 7, Message = \"It broke: {Cause}\")]", null)]
    [InlineData("[LoggerMessage(Message = \"It broke: {Cause}\", Level = LogLevel.Error, EventId = 7)]", "Error")]
    [InlineData("[LoggerMessage(level: LogLevel.Error, eventId: 7, message: \"It broke: {Cause}\", SkipEnabledCheck = true)]", "Error")]
    [InlineData("[Microsoft.Extensions.Logging.LoggerMessageAttribute(7, LogLevel.Error, @\"It broke: {Cause}\")]", "Error")]
    public void EventsOf_EveryForm_AreFound(string attribute, string? level)
    {
        var found = Assert.Single(EventsOf(Logging($"{attribute} static partial void F(ILogger logger, string cause);")));

        Assert.Equal((7, level, "It broke: {Cause}"), (found.Id, found.Level, found.Message));
    }

    [Theory]
    [InlineData("[LoggerMessage(LogLevel.Error, \"It broke\")] static partial void F(ILogger logger);")]
    [InlineData("[LoggerMessage(Id, LogLevel.Error, \"It broke\")] static partial void F(ILogger logger);")]
    [InlineData("[LoggerMessage(7, LogLevel.Error, Text)] static partial void F(ILogger logger);")]
    [InlineData("static object F() => LoggerMessage.Define(LogLevel.Error, new EventId(7), \"It broke\");")]
    public void EventsOf_AFormThatCannotBeRead_SaysSo(string member)
    {
        var exception = Assert.Throws<FormatException>(() => EventsOf(Logging(member)).ToList());

        Assert.Contains("P/F.cs", exception.Message, StringComparison.Ordinal);
    }

    private static SourceFile Logging(string member) => new("P/F.cs", "P", $"partial class C {{ {member} }}");

    private static IEnumerable<LoggedEvent> EventsOf(SourceFile file) => file.Syntax.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
        .Where(name => name.Identifier.ValueText is "LoggerMessage" or "LoggerMessageAttribute")
        .Select(name => EventOf(name.FirstAncestorOrSelf<AttributeSyntax>(), file) ?? throw new FormatException(
            $"{file.Path}{name.GetLocation().GetLineSpan().Span}: an event is an attribute with a number as id and a text, written there"));

    /// <summary>Null where id or text is missing or is not written as a literal.</summary>
    private static LoggedEvent? EventOf(AttributeSyntax? attribute, SourceFile file)
    {
        var arguments = attribute?.ArgumentList?.Arguments ?? [];
        ExpressionSyntax? Argument(string name, int position) => arguments
            .Where((argument, i) => NameOf(argument) is { } given ? given.Equals(name, StringComparison.OrdinalIgnoreCase) : i == position)
            .FirstOrDefault()?.Expression;

        return Argument("EventId", 0) is LiteralExpressionSyntax { Token.Value: int id } && TextOf(Argument("Message", 2)) is { } text
            ? new LoggedEvent(id, (Argument("Level", 1) as MemberAccessExpressionSyntax)?.Name.Identifier.ValueText, text, file)
            : null;
    }

    private static string? NameOf(AttributeArgumentSyntax argument) =>
        (argument.NameEquals?.Name ?? argument.NameColon?.Name)?.Identifier.ValueText;

    /// <summary>A literal, or a sum of some.</summary>
    private static string? TextOf(ExpressionSyntax? expression) => expression switch
    {
        LiteralExpressionSyntax { Token.Value: string text } => text,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum
            when TextOf(sum.Left) is { } left && TextOf(sum.Right) is { } right => left + right,
        _ => null,
    };

    /// <summary>An event; without a level where whoever logs it gives one.</summary>
    private sealed record LoggedEvent(int Id, string? Level, string Message, SourceFile File);
}
