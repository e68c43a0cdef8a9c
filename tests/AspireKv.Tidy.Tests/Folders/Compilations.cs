using AspireKv.Tidy.Tests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AspireKv.Tidy.Tests.Folders;

/// <summary>
/// Each project as the compiler sees it. Types of packages and what source generators write are missing: names of our own types are
/// resolved all the same, and nothing else is asked.
/// </summary>
internal static class Compilations
{
    private static readonly string[] Implicit =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
    ];

    private static readonly string[] ImplicitInWeb =
    [
        "System.Net.Http.Json", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    private static readonly Lazy<IReadOnlyList<MetadataReference>> Framework = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("AspireKv.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    private static readonly Lazy<IReadOnlyDictionary<string, Compilation>> EveryProject = new(() =>
    {
        var compiled = new Dictionary<string, Compilation>();
        foreach (var project in SourceTree.Projects)
        {
            CompileWithReferences(project, compiled);
        }

        return compiled;
    });

    /// <summary>The compilations of product, tests and benchmarks by the name of their project.</summary>
    public static IReadOnlyDictionary<string, Compilation> All => EveryProject.Value;

    public static Compilation Of(
        string name, IEnumerable<SyntaxTree> trees, IEnumerable<Compilation> references, IEnumerable<string> usings)
    {
        var global = string.Concat(Implicit.Concat(usings).Select(name => $"global using {name};\n"));
        return CSharpCompilation.Create(
            name,
            trees.Append(CSharpSyntaxTree.ParseText(global, CSharpParseOptions.Default, "Implicit.cs")),
            Framework.Value.Concat(references.Select(reference => reference.ToMetadataReference())),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
    }

    private static Compilation CompileWithReferences(SourceProject project, Dictionary<string, Compilation> compiled)
    {
        if (!compiled.TryGetValue(project.Name, out var compilation))
        {
            var references = ReferencesOf(project).Select(reference => CompileWithReferences(reference, compiled)).ToList();
            var usings = project.Usings.Concat(project.IsWeb ? ImplicitInWeb : []);
            compilation = Of(project.Name, project.Files.Select(file => file.Syntax), references, usings);
            compiled.Add(project.Name, compilation);
        }

        return compilation;
    }

    /// <summary>References travel on: what a project refers to, whoever refers to this project can name too.</summary>
    internal static IEnumerable<SourceProject> ReferencesOf(SourceProject project) => project.References
        .SelectMany(name => SourceTree.Projects.Where(other => other.Name == name))
        .SelectMany(other => ReferencesOf(other).Append(other))
        .Distinct();
}
