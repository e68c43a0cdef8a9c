using AspireKv.Tidy.Tests.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AspireKv.Tidy.Tests;

public sealed class NamespaceTests
{
    /// <summary>A file without a namespace declares no type for others: the statements of a program, attributes of an assembly.</summary>
    [Fact]
    public void Namespace_IsTheFolder()
    {
        var wrong = SourceTree.Projects
            .SelectMany(project => project.Files.SelectMany(file =>
                NamespacesOf(file).Select(found => (File: file, Expected: Expected(project, file), Found: found))))
            .Where(entry => entry.Found != entry.Expected)
            .GroupBy(entry => $"{entry.File.Folder}: {entry.Found}")
            .Select(group => new Finding(
                group.Key, $"must be {group.First().Expected} in {string.Join(", ", group.Select(entry => entry.File.Name))}"));

        Finding.AssertNone(wrong);
    }

    [Theory]
    [InlineData("namespace A.B;", "A.B")]
    [InlineData("namespace A.B { class C; }", "A.B")]
    [InlineData("namespace A.B { class C; } namespace A.C { class D; }", "A.B", "A.C")]
    [InlineData("namespace A { namespace B { class C; } }", "A", "A.B")]
    [InlineData("namespace A.B { class C; } class D;", "A.B", "")]
    [InlineData("class C;", "")]
    [InlineData("delegate void D();", "")]
    [InlineData("return 1;")]
    [InlineData("return 1; partial class Program;", "")]
    [InlineData("[assembly: System.CLSCompliant(false)]")]
    public void NamespacesOf_AreReadOffTheCode(string text, params string[] expected) =>
        Assert.Equal(expected, NamespacesOf(new SourceFile("P/F.cs", "P", text)));

    [Theory]
    [InlineData("tests/P/F.cs", "P")]
    [InlineData("tests/P/Some/Inner/F.cs", "P.Some.Inner")]
    public void Expected_IsTheProjectAndTheFoldersBelow(string path, string expected) =>
        Assert.Equal(expected, Expected(new SourceProject("P", "tests/P", "", []), new SourceFile(path, "P", "")));

    private static string Expected(SourceProject project, SourceFile file) =>
        project.Name + file.Folder[project.Folder.Length..].Replace('/', '.');

    /// <summary>Each namespace that the file opens, and the global one, which has no name, where a type stands in it.</summary>
    private static IEnumerable<string> NamespacesOf(SourceFile file) => file.Syntax.GetRoot()
        .DescendantNodesAndSelf(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        .Select(node => node switch
        {
            BaseNamespaceDeclarationSyntax space => string.Join(
                '.', space.AncestorsAndSelf().OfType<BaseNamespaceDeclarationSyntax>().Reverse().Select(outer => outer.Name)),
            BaseTypeDeclarationSyntax { Parent: CompilationUnitSyntax } => "",
            DelegateDeclarationSyntax { Parent: CompilationUnitSyntax } => "",
            _ => null,
        })
        .OfType<string>()
        .Distinct();
}
