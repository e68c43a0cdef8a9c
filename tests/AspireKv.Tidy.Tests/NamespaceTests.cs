using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AspireKv.Tidy.Tests;

public sealed class NamespaceTests
{
    /// <summary>A file without a namespace declares no type for others: the statements of a program, attributes of an assembly.</summary>
    [Fact]
    public void Namespace_IsTheFolder()
    {
        var wrong = SourceTree.Projects
            .SelectMany(project => project.Files.Select(file => (File: file, Expected: Expected(project, file), Found: NamespaceOf(file))))
            .Where(entry => entry.Found is not null && entry.Found != entry.Expected)
            .GroupBy(entry => $"{entry.File.Folder}: {entry.Found}")
            .Select(group => new Finding(
                group.Key, $"must be {group.First().Expected} in {string.Join(", ", group.Select(entry => entry.File.Name))}"));

        Finding.AssertNone(wrong);
    }

    [Theory]
    [InlineData("namespace A.B;", "A.B")]
    [InlineData("namespace A.B { class C; }", "A.B")]
    [InlineData("class C;", "")]
    [InlineData("return 1;", null)]
    [InlineData("[assembly: System.CLSCompliant(false)]", null)]
    public void NamespaceOf_IsReadOffTheCode(string text, string? expected) =>
        Assert.Equal(expected, NamespaceOf(new SourceFile("P/F.cs", "P", text)));

    [Theory]
    [InlineData("tests/P/F.cs", "P")]
    [InlineData("tests/P/Some/Inner/F.cs", "P.Some.Inner")]
    public void Expected_IsTheProjectAndTheFoldersBelow(string path, string expected) =>
        Assert.Equal(expected, Expected(new SourceProject("P", "tests/P", "", []), new SourceFile(path, "P", "")));

    private static string Expected(SourceProject project, SourceFile file) =>
        project.Name + file.Folder[project.Folder.Length..].Replace('/', '.');

    private static string? NamespaceOf(SourceFile file)
    {
        var members = ((CompilationUnitSyntax)file.Syntax.GetRoot()).Members;
        return members.OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault() is { } space
            ? space.Name.ToString()
            : members.OfType<BaseTypeDeclarationSyntax>().Any() ? "" : null;
    }
}
