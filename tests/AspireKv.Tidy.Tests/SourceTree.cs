using System.Text.RegularExpressions;

namespace AspireKv.Tidy.Tests;

/// <summary>The repository as text.</summary>
internal static partial class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>The C# files of the product, without the tests, in a fixed order.</summary>
    public static IReadOnlyList<SourceFile> Product { get; } =
    [
        .. Directory.GetDirectories(Root, "AspireKv.*")
            .SelectMany(directory => Directory.GetFiles(directory, "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path))),
    ];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The cells of the table rows of a Markdown text, code marks taken off the first one.</summary>
    public static IEnumerable<string[]> TableRows(string markdown) => markdown.Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray())
        .Select(cells => cells.Select((cell, i) => i == 0 ? cell.Trim('`') : cell).ToArray());

    /// <summary>The text of one section of <c>docs/operations.md</c>, subsections included.</summary>
    public static string OperationsSection(string title)
    {
        var text = Read("docs/operations.md");
        var start = text.IndexOf($"\n## {title}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/operations.md has no section '{title}'");
        var end = text.IndexOf("\n## ", start + 4, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    /// <summary>The summary of a documentation comment as plain Markdown: references and code become code.</summary>
    public static string Flatten(string comment)
    {
        var text = CommentMarks().Replace(comment, " ");
        text = References().Replace(text, match => $"`{match.Groups["name"].Value.Split('.')[^1]}`");
        text = Tags().Replace(text, "");
        return Spaces().Replace(text, " ").Trim();
    }

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "AspireKv.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("The tests do not lie in the repository.");
        }

        return directory;
    }

    [GeneratedRegex(@"\n\s*///")]
    private static partial Regex CommentMarks();

    [GeneratedRegex(@"<(see cref|paramref name)=""(?<name>[^""]+)""\s*/>")]
    private static partial Regex References();

    [GeneratedRegex(@"</?(c|summary|para)>|///")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

/// <summary>A file and its text; the path is relative to the root, with slashes.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>The project, which is the first folder.</summary>
    public string Project => Path.Split('/')[0];
}
