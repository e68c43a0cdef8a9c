using AspireKv.Tidy.Tests.Sources;

namespace AspireKv.Tidy.Tests;

/// <summary>
/// How long a file and a line may be: code, and what builds and runs it; tables, JSON and the solution have lines as long as they
/// need, as <c>.editorconfig</c> says. The list names files by their name alone, so that a move changes nothing; files of one name add up.
/// </summary>
public sealed class SizeTests
{
    private const int MaxLines = 400;

    private const int MaxWidth = 140;

    [Fact]
    public void Files_AreHeldInOneHand() => ExceptionList.AssertOnly("long files", SourceTree.All.Concat(SourceTree.Tools)
        .Where(file => Lines(file.Text) > MaxLines)
        .Select(file => new Finding(file.Name, $"{file.Path} has {Lines(file.Text)} lines, {MaxLines} are allowed")));

    [Fact]
    public void Lines_FitTheScreen() =>
        ExceptionList.AssertOnly("long lines", SourceTree.All.Concat(SourceTree.Tools).SelectMany(TooWide));

    [Fact]
    public void Tools_AreProjectFilesAndScripts()
    {
        string[] known =
        [
            ".ci/run", ".editorconfig", "Directory.Build.props", "bench/kv.lua", "bench/run", "eng/BannedSymbols.txt",
            "tests/AspireKv.Tidy.Tests/AspireKv.Tidy.Tests.csproj", "tests/Directory.Build.props",
        ];

        Assert.Empty(known.Except(SourceTree.Tools.Select(file => file.Path)));
        Assert.Equal(SourceTree.Projects.Count, SourceTree.Tools.Count(file => file.Name.EndsWith(".csproj", StringComparison.Ordinal)));
    }

    [Fact]
    public void Lines_AreCountedAsEditorsDo()
    {
        Assert.Equal(2, Lines("a\nb\n"));
        Assert.Equal(2, Lines("a\nb"));
        Assert.Equal(0, Lines(""));
    }

    [Fact]
    public void TooWide_TellsTheLine()
    {
        var found = TooWide(new SourceFile("P/F.cs", "P", $"short\n{new string('x', 140)}\n{new string('ü', 141)}\r\n"));

        Assert.Equal(["P/F.cs(3) has 141 characters"], found.Select(finding => finding.Detail));
        Assert.All(found, finding => Assert.Equal("F.cs", finding.Subject));
    }

    private static int Lines(string text) => text.Split('\n').Length - (text.EndsWith('\n') || text.Length == 0 ? 1 : 0);

    private static IEnumerable<Finding> TooWide(SourceFile file) => file.Text.Split('\n')
        .Select((line, i) => (Number: i + 1, Width: line.TrimEnd('\r').Length))
        .Where(line => line.Width > MaxWidth)
        .Select(line => new Finding(file.Name, $"{file.Path}({line.Number}) has {line.Width} characters"));
}
