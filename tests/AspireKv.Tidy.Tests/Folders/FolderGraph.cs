using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AspireKv.Tidy.Tests.Folders;

/// <summary>
/// The folders of one project and the arrows between them, read off the names of types: the compiler's own lookup says which type a name
/// means, so that a type of a parent namespace counts, which needs no <c>using</c>, and a <c>using</c> that stands there for nothing does
/// not. A nested type belongs to the folder of its file; an extension method or property counts as its class. A composition root knows all
/// of its project, so it is a place of its own above all folders: whoever knows it closes a circle.
/// </summary>
internal sealed class FolderGraph
{
    public const string Root = "(root)";
    public const string Composition = "(composition)";

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
        var names = own.SelectMany(TypeNames.Declared).ToHashSet();
        foreach (var tree in own)
        {
            var model = compilation.GetSemanticModel(tree);
            var from = PlaceOf(tree, folder);
            foreach (var type in TypeNames.Meant(model, names))
            {
                foreach (var home in type.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree).Where(own.Contains))
                {
                    graph.Add(new Arrow(from, PlaceOf(home, folder)), $"{Path.GetFileName(tree.FilePath)} names {type.Name}");
                }
            }
        }

        return graph;
    }

    /// <summary>The folder of a file, as arrows write it.</summary>
    public static string FolderOf(SyntaxTree tree, string folder)
    {
        var path = tree.FilePath[(folder.Length + 1)..];
        var end = path.LastIndexOf('/');
        return end < 0 ? Root : path[..end].Replace('/', '.');
    }

    private static string PlaceOf(SyntaxTree tree, string folder) =>
        IsCompositionRoot(tree, folder) ? Composition : FolderOf(tree, folder);

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
}
