using AspireKv.Tidy.Tests.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AspireKv.Tidy.Tests;

/// <summary>
/// A name means one type, whichever folder or project of the product it stands in: whoever reads it need not look which is meant. Nested
/// types go by the name of their outer one, and each folder has a <c>Log</c> of its own.
/// </summary>
public sealed class NamesakeTests
{
    [Fact]
    public void Types_HaveNamesOfTheirOwn() => Finding.AssertNone(Namesakes(SourceTree.Product));

    [Theory]
    [InlineData("class Door;", "enum Door { Open }")]
    [InlineData("interface Door;", "namespace Q { record struct Door(int Width); }")]
    [InlineData("public delegate void Door();", "internal static class Door { }")]
    public void Namesakes_InTwoFolders_AreFound(string one, string other)
    {
        var namesake = Assert.Single(Namesakes([File("P/A.cs", one), File("Q/Inner/B.cs", other)]));

        Assert.Equal("Door", namesake.Subject);
        Assert.Contains("P/A.cs, Q/Inner/B.cs", namesake.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("class Door;", "class Window { Door _door; }")]
    [InlineData("class Door;", "class Window { class Door; }")]
    [InlineData("class Door;", "class Window { int Door; } // class Door")]
    [InlineData("static partial class Log;", "static partial class Log;")]
    public void Namesakes_UsesNestedTypesAndLogs_AreNone(string one, string other) =>
        Assert.Empty(Namesakes([File("P/A.cs", one), File("Q/B.cs", other)]));

    [Fact]
    public void Namesakes_PartsOfOneType_AreNone() =>
        Assert.Empty(Namesakes([File("P/A.cs", "partial class Door;"), File("P/A.More.cs", "partial class Door;")]));

    private static IEnumerable<Finding> Namesakes(IEnumerable<SourceFile> files) => files
        .SelectMany(file => Names(file).Select(name => (Name: name, File: file)))
        .Where(type => type.Name != "Log")
        .GroupBy(type => type.Name)
        .Where(types => types.DistinctBy(type => type.File.Folder).Count() > 1)
        .Select(types => new Finding(types.Key, $"say what each is: {string.Join(", ", types.Select(type => type.File))}"));

    private static IEnumerable<string> Names(SourceFile file) => file.Syntax.GetRoot()
        .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        .Select(node => node switch
        {
            BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
            DelegateDeclarationSyntax type => type.Identifier.ValueText,
            _ => null,
        })
        .OfType<string>();

    private static SourceFile File(string path, string text) => new(path, "P", text);
}
