using System.Text.RegularExpressions;

namespace AspireKv.Tidy.Tests.Sources;

/// <summary>A project of the solution. The folder is relative to the root, with slashes.</summary>
internal sealed partial record SourceProject(string Name, string Folder, string ProjectText, IReadOnlyList<SourceFile> Files)
{
    /// <summary>Tests and benchmarks ask of the product; the product is everything else.</summary>
    public bool IsProduct =>
        !Folder.StartsWith("tests/", StringComparison.Ordinal) && !Folder.StartsWith("bench/", StringComparison.Ordinal);

    public bool IsWeb => ProjectText.Contains("Sdk=\"Microsoft.NET.Sdk.Web\"", StringComparison.Ordinal);

    /// <summary>
    /// The projects whose types this one can name. A reference that only orders the build is none, and neither is a service that an Aspire
    /// AppHost starts.
    /// </summary>
    public IReadOnlyList<string> References { get; } =
    [
        .. ProjectReferences().Matches(ProjectText)
            .Where(match => IsAspireAppHost(ProjectText)
                ? match.Value.Contains("IsAspireProjectResource=\"false\"", StringComparison.Ordinal)
                : !match.Value.Contains("ReferenceOutputAssembly=\"false\"", StringComparison.Ordinal))
            .SelectMany(match => match.Groups["paths"].Value.Split(';'))
            .Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))),
    ];

    /// <summary>The projects that see its internal types.</summary>
    public IReadOnlyList<string> Friends { get; } = [.. VisibleTo().Matches(ProjectText).Select(match => match.Groups["name"].Value)];

    /// <summary>The namespaces that all its files see.</summary>
    public IReadOnlyList<string> Usings { get; } =
        [.. GlobalUsings().Matches(ProjectText).SelectMany(match => match.Groups["names"].Value.Split(';'))];

    private static bool IsAspireAppHost(string projectText) => projectText.Contains("Aspire.AppHost.Sdk", StringComparison.Ordinal);

    [GeneratedRegex(@"<ProjectReference\s[^>]*?Include=""(?<paths>[^""]+)""[^>]*>")]
    private static partial Regex ProjectReferences();

    [GeneratedRegex(@"<InternalsVisibleTo\s+Include=""(?<name>[^""]+)""")]
    private static partial Regex VisibleTo();

    [GeneratedRegex(@"<Using\s+Include=""(?<names>[\w.;]+)""\s*/>")]
    private static partial Regex GlobalUsings();
}
