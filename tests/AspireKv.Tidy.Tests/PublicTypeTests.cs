using AspireKv.Tidy.Tests.Folders;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AspireKv.Tidy.Tests;

/// <summary>
/// A type is public only where another project needs it: because it names the type, or because a type that it names shows it. A project
/// that sees the internal types needs no public one.
/// </summary>
public sealed class PublicTypeTests
{
    [Fact]
    public void PublicTypes_AreNeededByAnotherProject()
    {
        var users = SourceTree.Projects.ToDictionary(
            project => project.Name, project => project.Files.SelectMany(file => Names(file.Syntax)).ToHashSet());
        var unused = SourceTree.Projects.Where(project => project.IsProduct).SelectMany(project =>
        {
            var names = SourceTree.Projects
                .Where(other => Compilations.ReferencesOf(other).Contains(project) && !project.Friends.Contains(other.Name))
                .SelectMany(other => users[other.Name])
                .ToHashSet();
            return Unused(Compilations.Product[project.Name].Assembly, names)
                .Select(type => new Finding(type.Name, $"{project.Name} could make it internal"));
        });

        Finding.AssertNone(unused);
    }

    [Fact]
    public void Unused_NamedByNobody_IsFound() =>
        Assert.Equal(["Alone"], Unused("public class Alone; public class Named; class Inner;", "Named"));

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
        "Named"));

    [Fact]
    public void Unused_ShownByAnInternalMemberOnly_IsFound() =>
        Assert.Equal(["Hidden"], Unused("public class Named { internal Hidden Ask() => new Hidden(); } public class Hidden;", "Named"));

    [Fact]
    public void Unused_ClassWhoseExtensionMethodIsCalled_IsUsed() => Assert.Equal(["Others"], Unused(
        """
        public static class Ours { public static int Twice(this int i) => 2 * i; }
        public static class Others { public static int Twice(int i) => 2 * i; }
        """,
        "Twice"));

    private static IEnumerable<string> Unused(string text, params string[] names) =>
        Unused(Compilations.Of("P", [CSharpSyntaxTree.ParseText(text)], [], []).Assembly, names.ToHashSet()).Select(type => type.Name);

    private static IEnumerable<INamedTypeSymbol> Unused(IAssemblySymbol assembly, HashSet<string> names)
    {
        var all = AllTypes(assembly.GlobalNamespace).Where(type => type.DeclaredAccessibility == Accessibility.Public).ToList();
        var used = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        var next = new Queue<INamedTypeSymbol>(all.Where(type => IsNamed(type, names)));
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

    /// <summary>By its own name, by the name of a type inside it, as an attribute, or by an extension method.</summary>
    private static bool IsNamed(INamedTypeSymbol type, HashSet<string> names) => names.Contains(type.Name)
        || (type.Name.EndsWith("Attribute", StringComparison.Ordinal) && names.Contains(type.Name[..^"Attribute".Length]))
        || type.GetMembers().OfType<IMethodSymbol>().Any(method => method.IsExtensionMethod && names.Contains(method.Name));

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

    private static IEnumerable<string> Names(SyntaxTree tree) =>
        tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Select(name => name.Identifier.ValueText);
}
