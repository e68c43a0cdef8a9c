using System.Collections.Concurrent;
using AspireKv.Tidy.Tests.Folders;
using AspireKv.Tidy.Tests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AspireKv.Tidy.Tests;

/// <summary>
/// A type is public only where another project needs it: because it names the type, or because a type that it names shows it. A project
/// that sees the internal types needs no public one. Asked is the compiler: a field of the same name is no use of the type.
/// </summary>
public sealed class PublicTypeTests
{
    private const string UserOfNamed = "class User { Named _named; }";

    [Fact]
    public void PublicTypes_AreNeededByAnotherProject()
    {
        var names = SourceTree.Product.SelectMany(file => TypeNames.Declared(file.Syntax)).ToHashSet();
        var named = new ConcurrentDictionary<string, HashSet<string>>();
        Parallel.ForEach(SourceTree.Projects, project => named[project.Name] = Named(Compilations.All[project.Name], names));

        var unused = SourceTree.Projects.Where(project => project.IsProduct).SelectMany(project => Unused(
            Compilations.All[project.Name].Assembly,
            SourceTree.Projects
                .Where(other => Compilations.ReferencesOf(other).Contains(project) && !project.Friends.Contains(other.Name))
                .SelectMany(other => named[other.Name]))
            .Select(type => new Finding(type.Name, $"{project.Name} could make it internal")));

        Finding.AssertNone(unused);
    }

    [Fact]
    public void Unused_NamedByNobody_IsFound() =>
        Assert.Equal(["Alone"], Unused("public class Alone; public class Named; class Inner;", UserOfNamed));

    [Theory]
    [InlineData("class User { public int Count; int F() => Count; }")]
    [InlineData("class User { int F(int Count) => Count + new List<int>().Count; }")]
    [InlineData("class User { Count _own; class Count; }")]
    [InlineData("class User { void Count() => Count(); }")]
    [InlineData("/// <see cref=\"Count\"/>\nclass User { string _text = \"Count\"; /* Count */ }")]
    public void Unused_NamesakeOfWhatAnotherProjectNames_IsFound(string user) =>
        Assert.Equal(["Count"], Unused("public static class Count { public static int Of => 1; }", user));

    [Theory]
    [InlineData("using static Count;")]
    [InlineData("class User { int F() => Count.Of; }")]
    [InlineData("class User { Count.Kind _kind; }")]
    [InlineData("class User { string F() => nameof(Count); }")]
    public void Unused_NamedWithANamesakeBeside_IsUsed(string user) =>
        Assert.Empty(Unused("public static class Count { public static int Of => 1; public enum Kind { A } }", user));

    [Fact]
    public void Unused_ShownByWhatIsNamed_IsUsed() => Assert.Empty(Unused(
        """
        public class Named : Base, IPort
        {
            public Result Ask(Question question) => null!;
            public Row this[int i] => null!;
            protected Hook Hook;
        }
        public class Base; public interface IPort; public class Question; public class Row; public class Hook; public enum Kind { A }
        public record Result(List<Part> Parts); public class Part { public Kind Kind; }
        """,
        UserOfNamed));

    [Fact]
    public void Unused_ShownByAnInternalMemberOnly_IsFound() =>
        Assert.Equal(["Hidden"], Unused("public class Named { internal Hidden Ask() => new Hidden(); } public class Hidden;", UserOfNamed));

    [Fact]
    public void Unused_ClassWhoseExtensionIsCalled_IsUsed() => Assert.Equal(["Others"], Unused(
        """
        public static class Ours { public static int Twice(this int i) => 2 * i; }
        public static class Blocks { extension(int i) { public int Doubled => 2 * i; } }
        public static class Others { public static int Twice(int i) => 2 * i; }
        """,
        "class User { int F() => 3.Twice() + 3.Doubled; }"));

    /// <summary>The names of the unused types of one project, which another one refers to.</summary>
    private static IEnumerable<string> Unused(string text, string user)
    {
        var tree = CSharpSyntaxTree.ParseText(text);
        var product = Compilations.Of("P", [tree], [], []);
        var named = Named(Compilations.Of("Q", [CSharpSyntaxTree.ParseText(user)], [product], []), [.. TypeNames.Declared(tree)]);
        return Unused(product.Assembly, named).Select(type => type.Name);
    }

    private static IEnumerable<INamedTypeSymbol> Unused(IAssemblySymbol assembly, IEnumerable<string> named)
    {
        var all = AllTypes(assembly.GlobalNamespace).Where(type => type.DeclaredAccessibility == Accessibility.Public).ToList();
        var used = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        var next = new Queue<INamedTypeSymbol>(all.IntersectBy(named, Key));
        while (next.TryDequeue(out var type))
        {
            if (used.Add(type))
            {
                foreach (var shown in Shown(type).SelectMany(TypesIn))
                {
                    next.Enqueue(shown);
                }
            }
        }

        return all.Where(type => !used.Contains(type)).OrderBy(type => type.Name, StringComparer.Ordinal);
    }

    /// <summary>
    /// The keys of the types that the code of a project names, its own among them. The name of a nested type names the outer one.
    /// </summary>
    /// <param name="user">The project.</param>
    /// <param name="names">The names that are asked for.</param>
    private static HashSet<string> Named(Compilation user, HashSet<string> names) =>
    [
        .. user.SyntaxTrees.SelectMany(tree => TypeNames.Meant(user.GetSemanticModel(tree), names)).Select(type => Key(Outermost(type))),
    ];

    /// <summary>The same in every compilation, while the compiler has a symbol for each that sees the type.</summary>
    private static string Key(INamedTypeSymbol type) => $"{type.ContainingAssembly.Name}: {type.GetDocumentationCommentId()}";

    private static INamedTypeSymbol Outermost(INamedTypeSymbol type) => type.ContainingType is { } outer ? Outermost(outer) : type;

    /// <summary>The types that whoever sees this one sees with it: above it, and in its members that others may call or override.</summary>
    private static IEnumerable<ITypeSymbol?> Shown(INamedTypeSymbol type) =>
    [
        type.BaseType,
        type.ContainingType,
        .. type.Interfaces,
        .. Constraints(type.TypeParameters),
        .. type.DelegateInvokeMethod is { } invoke ? Shown(invoke) : [],
        .. type.GetMembers().Where(IsForOthers).SelectMany(Shown),
    ];

    private static IEnumerable<ITypeSymbol?> Shown(ISymbol member) => member switch
    {
        IFieldSymbol field => [field.Type],
        IPropertySymbol property => [property.Type, .. property.Parameters.Select(parameter => parameter.Type)],
        IEventSymbol raised => [raised.Type],
        IMethodSymbol method =>
            [method.ReturnType, .. method.Parameters.Select(parameter => parameter.Type), .. Constraints(method.TypeParameters)],
        INamedTypeSymbol inner => [inner],
        _ => [],
    };

    private static bool IsForOthers(ISymbol member) =>
        member.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private static IEnumerable<ITypeSymbol> Constraints(IEnumerable<ITypeParameterSymbol> parameters) =>
        parameters.SelectMany(parameter => parameter.ConstraintTypes);

    private static IEnumerable<INamedTypeSymbol> TypesIn(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => TypesIn(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(TypesIn).Append(named.OriginalDefinition),
        _ => [],
    };

    private static IEnumerable<INamedTypeSymbol> AllTypes(INamespaceSymbol space) =>
        space.GetTypeMembers().Concat(space.GetNamespaceMembers().SelectMany(AllTypes));
}
