using System.Text.RegularExpressions;

namespace AspireKv.Tidy.Tests.Sources;

/// <summary>The repository as text.</summary>
internal static partial class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>The projects of the solution, each with its C# files, in a fixed order.</summary>
    public static IReadOnlyList<SourceProject> Projects { get; } =
    [
        .. SolutionLines().Matches(Read("AspireKv.sln"))
            .Select(match => ReadProject(match.Groups["path"].Value.Replace('\\', '/')))
            .OrderBy(project => project.Name, StringComparer.Ordinal),
    ];

    /// <summary>The C# files of the product, without the tests, in a fixed order.</summary>
    public static IReadOnlyList<SourceFile> Product { get; } =
        [.. Projects.Where(project => project.IsProduct).SelectMany(project => project.Files)];

    /// <summary>The C# files of the product, its tests and its benchmarks.</summary>
    public static IReadOnlyList<SourceFile> All { get; } = [.. Projects.SelectMany(project => project.Files)];

    /// <summary>
    /// What builds, configures and runs the code: project files, scripts and lists, in a fixed order. They belong to no project.
    /// </summary>
    public static IReadOnlyList<SourceFile> Tools { get; } =
    [
        .. Directory.GetFiles(Root).Concat(Directory.GetDirectories(Root).Where(IsOurs).SelectMany(FilesBelow))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(IsTool)
            .Order(StringComparer.Ordinal)
            .Select(file => new SourceFile(file, "", Read(file))),
    ];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The cells of the table rows of a Markdown text, code marks taken off the first one.</summary>
    public static IEnumerable<string[]> TableRows(string markdown) => markdown.Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray())
        .Select(cells => cells.Select((cell, i) => i == 0 ? cell.Trim('`') : cell).ToArray());

    /// <summary>The text of one section of <c>docs/operations.md</c>, subsections included.</summary>
    public static string OperationsSection(string title) => Section("docs/operations.md", title);

    /// <summary>The text of one section of a document, subsections included.</summary>
    public static string Section(string document, string title)
    {
        var text = Read(document);
        var start = text.IndexOf($"\n## {title}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{document} has no section '{title}'");
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

    private static SourceProject ReadProject(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var folder = Path.GetDirectoryName(path)!.Replace('\\', '/');
        var files = Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith($"{folder}/obj/", StringComparison.Ordinal))
            .Where(file => !file.StartsWith($"{folder}/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => new SourceFile(file, name, Read(file)));
        return new SourceProject(name, folder, Read(path), [.. files]);
    }

    private static IEnumerable<string> FilesBelow(string directory) =>
        Directory.GetFiles(directory).Concat(Directory.GetDirectories(directory).Where(IsOurs).SelectMany(FilesBelow));

    /// <summary>
    /// Not what a build, git, an editor or a cluster started here made: a running node holds the lock of its files, which nobody may then
    /// read.
    /// </summary>
    private static bool IsOurs(string directory) => Path.GetFileName(directory) is var name
        && name is not ("bin" or "obj" or "out" or "artifacts") && (name[0] != '.' || name is ".ci" or ".config");

    /// <summary>By its ending, or by the first line where a script has none.</summary>
    private static bool IsTool(string path) => Path.GetExtension(path) switch
    {
        ".csproj" or ".props" or ".targets" or ".sh" or ".lua" or ".txt" or ".yml" or ".editorconfig" => true,
        "" => Read(path).StartsWith("#!", StringComparison.Ordinal),
        _ => false,
    };

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "AspireKv.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("The tests do not lie in the repository.");
        }

        return directory;
    }

    [GeneratedRegex(@"^Project\([^)]*\) = ""[^""]*"", ""(?<path>[^""]+\.csproj)""", RegexOptions.Multiline)]
    private static partial Regex SolutionLines();

    [GeneratedRegex(@"\n\s*///")]
    private static partial Regex CommentMarks();

    [GeneratedRegex(@"<(see cref|paramref name)=""(?<name>[^""]+)""\s*/>")]
    private static partial Regex References();

    [GeneratedRegex(@"</?(c|summary|para)>|///")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
