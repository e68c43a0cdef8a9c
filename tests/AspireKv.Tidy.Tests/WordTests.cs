using AspireKv.Tidy.Tests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AspireKv.Tidy.Tests;

/// <summary>One word for one thing. Looked at is what our code declares, not what it calls.</summary>
public sealed class WordTests
{
    private static readonly Lazy<HashSet<string>> Namespaces = new(() =>
    [
        .. SourceTree.Projects.Where(project => project.IsProduct)
            .SelectMany(project => project.Files.Select(file => project.Name + file.Folder[project.Folder.Length..].Replace('/', '.')))
            .SelectMany(name => name.Split('.')),
    ]);

    [Fact]
    public void Words_MeanOneThing()
    {
        Assert.Contains("StorageNode", Namespaces.Value);
        Finding.AssertNone(SourceTree.All.SelectMany(file => WordsAgainstTheRules(file, Namespaces.Value)));
    }

    [Theory]
    [InlineData("class C { int MaximumLength; }", "MaximumLength: say Max")]
    [InlineData("class C { void F(int maximumLength) { } }", "maximumLength: say Max")]
    [InlineData("class C { void F() { var theMaximum = 1; } }", "theMaximum: say Max")]
    [InlineData("class C(System.TimeProvider timeProvider);", "timeProvider: say time")]
    [InlineData("class C { System.TimeProvider _timeProvider; }", "_timeProvider: say time")]
    [InlineData("class C { WriteAheadLog _log; }", "_log: say _wal; an ILogger is a _logger")]
    [InlineData("class C { Lock _lock = new(); }", "_lock: say _gate")]
    [InlineData("class Membership;", "Membership: is a namespace too")]
    [InlineData("class C { void F() { try { } catch (Exception e) { } } }", "e: say exception")]
    public void WordsAgainstTheRules_AreFoundWhereDeclared(string text, string expected)
    {
        var found = WordsAgainstTheRules(new SourceFile("P/F.cs", "P", text), ["Membership"]);

        Assert.Equal(["F.cs: " + expected], found.Select(finding => finding.Subject));
    }

    [Theory]
    [InlineData("class C { int F() => ThreadPool.MaximumThreads; }")]
    [InlineData("class C { int F() => G(timeProvider: 1); }")]
    [InlineData("class C { Lock _gate, _noteGate; FileStream _lock; }")]
    [InlineData("class C { int Membership { get; } } class MembershipRow;")]
    [InlineData("class C { void F() { try { } catch (Exception exception) { } catch { } } }")]
    [InlineData("class C { /* Maximum */ string _text = \"Maximum\"; }")]
    public void WordsAgainstTheRules_UsesAndOtherWords_AreFree(string text) =>
        Assert.Empty(WordsAgainstTheRules(new SourceFile("P/F.cs", "P", text), ["Membership"]));

    private static IEnumerable<Finding> WordsAgainstTheRules(SourceFile file, HashSet<string> namespaces) =>
        file.Syntax.GetRoot().DescendantNodes()
            .Select(node => (Node: node, Identifier: Declared(node)))
            .Where(declared => !declared.Identifier.IsKind(SyntaxKind.None))
            .Select(declared => (declared.Identifier, Rule: Broken(declared.Node, declared.Identifier.ValueText, namespaces)))
            .Where(declared => declared.Rule is not null)
            .Select(declared => new Finding(
                $"{file.Name}: {declared.Identifier.ValueText}: {declared.Rule}",
                $"{file.Path}({declared.Identifier.GetLocation().GetLineSpan().StartLinePosition.Line + 1})"));

    private static string? Broken(SyntaxNode node, string word, HashSet<string> namespaces) => node switch
    {
        _ when word.Contains("maximum", StringComparison.OrdinalIgnoreCase) => "say Max",
        _ when word is "timeProvider" or "_timeProvider" => "say time",
        _ when word == "_log" => "say _wal; an ILogger is a _logger",
        CatchDeclarationSyntax when word.Length > 0 && word != "exception" => "say exception",
        VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Parent: FieldDeclarationSyntax } fields }
            when fields.Type.ToString() == "Lock" && !word.EndsWith("gate", StringComparison.OrdinalIgnoreCase) => "say _gate",
        BaseTypeDeclarationSyntax when namespaces.Contains(word) => "is a namespace too",
        _ => null,
    };

    private static SyntaxToken Declared(SyntaxNode node) => node switch
    {
        ExtensionBlockDeclarationSyntax => default,
        BaseTypeDeclarationSyntax type => type.Identifier,
        DelegateDeclarationSyntax type => type.Identifier,
        MethodDeclarationSyntax method => method.Identifier,
        LocalFunctionStatementSyntax method => method.Identifier,
        PropertyDeclarationSyntax property => property.Identifier,
        EventDeclarationSyntax property => property.Identifier,
        EnumMemberDeclarationSyntax member => member.Identifier,
        VariableDeclaratorSyntax variable => variable.Identifier,
        ParameterSyntax parameter => parameter.Identifier,
        SingleVariableDesignationSyntax variable => variable.Identifier,
        ForEachStatementSyntax loop => loop.Identifier,
        CatchDeclarationSyntax caught => caught.Identifier,
        _ => default,
    };
}
