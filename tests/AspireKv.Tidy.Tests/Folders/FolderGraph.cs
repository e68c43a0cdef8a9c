using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AspireKv.Tidy.Tests.Folders;

/// <summary>
/// The folders of one project and the arrows between them, read off the names of types: the compiler's own lookup says which type a name
/// means, so that a type of a parent namespace counts, which needs no <c>using</c>, and a <c>using</c> that stands there for nothing does
/// not. A nested type belongs to the folder of its file; an extension method counts as its class. A composition root knows all of its
/// project, so its arrows are left out.
/// </summary>
internal sealed class FolderGraph
{
    public const string Root = "(root)";

    private readonly SortedDictionary<Arrow, SortedSet<string>> _ties = [];

    private FolderGraph()
    {
    }

    public IReadOnlyCollection<Arrow> Arrows => _ties.Keys;

    /// <summary>The arrows that lie in a circle: from their end, a way leads back to their start.</summary>
    public IEnumerable<Arrow> InCircles => _ties.Keys.Where(arrow => Reachable(arrow.To).Contains(arrow.From));

    /// <summary>The circles, each with the folders in it: those that reach each other.</summary>
    public IEnumerable<string> Circles => InCircles.Select(arrow => CircleOf(arrow.From)).Distinct();

    /// <summary>The folders that lie in one circle with this one, itself among them.</summary>
    public string CircleOf(string folder) =>
        string.Join(", ", Reachable(folder).Where(other => Reachable(other).Contains(folder)).Order(StringComparer.Ordinal));

    /// <summary>What makes an arrow: <c>File.cs names Type</c>, one for each pair.</summary>
    public IReadOnlyCollection<string> Ties(Arrow arrow) => _ties[arrow];

    /// <param name="compilation">The project.</param>
    /// <param name="folder">Its folder, which all paths of its files begin with.</param>
    public static FolderGraph Of(Compilation compilation, string folder)
    {
        var graph = new FolderGraph();
        var own = compilation.SyntaxTrees.Where(tree => IsBelow(tree, folder)).ToHashSet();
        var names = own.SelectMany(Declared).ToHashSet();
        foreach (var tree in own.Where(tree => !IsCompositionRoot(tree, folder)))
        {
            var model = compilation.GetSemanticModel(tree);
            var from = FolderOf(tree, folder);
            var simpleNames = tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>();
            foreach (
                var type in simpleNames.Where(name => names.Contains(name.Identifier.ValueText)).SelectMany(
                    name => TypesMeant(model, name)))
            {
                foreach (var home in type.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree).Where(own.Contains))
                {
                    graph.Add(new Arrow(from, FolderOf(home, folder)), $"{Path.GetFileName(tree.FilePath)} names {type.Name}");
                }
            }
        }

        return graph;
    }

    /// <summary>
    /// What puts the project together: the statements of its program, and some files of its own folder. What puts one folder below
    /// together is an ordinary part of that folder.
    /// </summary>
    private static bool IsCompositionRoot(SyntaxTree tree, string folder)
    {
        var file = tree.FilePath[(folder.Length + 1)..];
        return !file.Contains('/', StringComparison.Ordinal) && (file.EndsWith("App.cs", StringComparison.Ordinal)
            || file.EndsWith("Services.cs", StringComparison.Ordinal)
            || ((CompilationUnitSyntax)tree.GetRoot()).Members.Any(member => member is GlobalStatementSyntax));
    }

    private void Add(Arrow arrow, string tie)
    {
        if (arrow.From == arrow.To)
        {
            return;
        }

        if (!_ties.TryGetValue(arrow, out var ties))
        {
            _ties.Add(arrow, ties = new SortedSet<string>(StringComparer.Ordinal));
        }

        ties.Add(tie);
    }

    private HashSet<string> Reachable(string folder)
    {
        var reached = new HashSet<string>();
        var next = new Queue<string>([folder]);
        while (next.TryDequeue(out var from))
        {
            foreach (var arrow in _ties.Keys.Where(arrow => arrow.From == from && reached.Add(arrow.To)))
            {
                next.Enqueue(arrow.To);
            }
        }

        return reached;
    }

    private static bool IsBelow(SyntaxTree tree, string folder) => tree.FilePath.StartsWith(folder + "/", StringComparison.Ordinal);

    private static string FolderOf(SyntaxTree tree, string folder)
    {
        var path = tree.FilePath[(folder.Length + 1)..];
        var end = path.LastIndexOf('/');
        return end < 0 ? Root : path[..end].Replace('/', '.');
    }

    /// <summary>
    /// The names by which code can mean something of this file: types (attributes without their suffix too) and extension methods.
    /// </summary>
    private static IEnumerable<string> Declared(SyntaxTree tree) => tree.GetRoot().DescendantNodes().SelectMany(node => node switch
    {
        ExtensionBlockDeclarationSyntax block =>
            block.Members.OfType<MethodDeclarationSyntax>().Select(method => method.Identifier.ValueText),
        BaseTypeDeclarationSyntax type => [type.Identifier.ValueText, WithoutSuffix(type.Identifier.ValueText)],
        DelegateDeclarationSyntax type => [type.Identifier.ValueText],
        MethodDeclarationSyntax { ParameterList.Parameters: [{ } first, ..] } method when first.Modifiers.Any(SyntaxKind.ThisKeyword) =>
            [method.Identifier.ValueText],
        _ => Enumerable.Empty<string>(),
    });

    private static string WithoutSuffix(string name) =>
        name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;

    private static IEnumerable<INamedTypeSymbol> TypesMeant(SemanticModel model, SimpleNameSyntax name)
    {
        var info = model.GetSymbolInfo(name);
        var symbols = info.Symbol is null ? info.CandidateSymbols : [info.Symbol];
        return symbols.Select(TypeMeant).OfType<INamedTypeSymbol>();
    }

    private static INamedTypeSymbol? TypeMeant(ISymbol symbol) => symbol switch
    {
        INamedTypeSymbol type => type.OriginalDefinition,
        IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.ContainingType.OriginalDefinition,
        IMethodSymbol { MethodKind: MethodKind.ReducedExtension } or IMethodSymbol { IsExtensionMethod: true } =>
            symbol.ContainingType.OriginalDefinition,
        IMethodSymbol { ContainingType.IsExtension: true } => symbol.ContainingType.ContainingType.OriginalDefinition,
        _ => null,
    };
}
