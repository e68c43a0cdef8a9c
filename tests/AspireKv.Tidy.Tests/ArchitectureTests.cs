using System.Text.RegularExpressions;
using AspireKv.Tidy.Tests.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AspireKv.Tidy.Tests;

/// <summary>
/// The path of a write and of a read, as <c>docs/architecture.md</c> tells them: each numbered step names the types that take it.
/// </summary>
public sealed partial class ArchitectureTests
{
    private const string Document = "docs/architecture.md";

    [Theory]
    [InlineData("The path of a write")]
    [InlineData("The path of a read")]
    public void Steps_NameTypesOfTheProduct(string title)
    {
        var types = SourceTree.Product.SelectMany(file => file.Syntax.GetRoot().DescendantNodes())
            .Select(node => node switch
            {
                BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
                DelegateDeclarationSyntax type => type.Identifier.ValueText,
                _ => null,
            })
            .OfType<string>()
            .ToHashSet();
        var wrong = Wrong(SourceTree.Section(Document, title), types).Select(sentence => $"{Document}, '{title}', {sentence}").ToList();

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void Wrong_EveryStepNamesTypesThatExist_IsNothing() =>
        Assert.Empty(
            Wrong("\nText.\n\n1. One,\n   in two lines.\n   Types: `A`, `B`.\n2. Two. Types: `B`.\n\nMore with `Code`.\n", ["A", "B"]));

    [Fact]
    public void Wrong_TellsStepsWithoutTypesAndTypesThatAreGone()
    {
        var wrong = Wrong("\n1. One.\n2. Two.\n   Types: `A`, `Gone`.\n", ["A"]).ToList();

        Assert.Equal(2, wrong.Count);
        Assert.Contains("step 1 names no type", wrong[0], StringComparison.Ordinal);
        Assert.Contains("step 2 names `Gone`", wrong[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_NoStepAtAll_IsWrong() => Assert.Single(Wrong("\nText only.\n", []));

    private static IEnumerable<string> Wrong(string section, HashSet<string> types)
    {
        var steps = Steps().Matches(section);
        if (steps.Count == 0)
        {
            yield return "there is no numbered step.";
        }

        foreach (Match step in steps)
        {
            var names = Code().Matches(TypesLine().Match(step.Value).Value).Select(match => match.Groups["name"].Value).ToList();
            if (names.Count == 0)
            {
                yield return $"step {step.Groups["number"].Value} names no type: close it with 'Types: `A`, `B`.'";
            }

            foreach (var name in names.Where(name => !types.Contains(name)))
            {
                yield return $"step {step.Groups["number"].Value} names `{name}`, which no file of the product declares: "
                    + "was it renamed, or parted? Name the type that takes this step today.";
            }
        }
    }

    [GeneratedRegex(@"^(?<number>\d+)\. .*\n(   .*\n)*", RegexOptions.Multiline)]
    private static partial Regex Steps();

    [GeneratedRegex(@"Types: [^.]*\.", RegexOptions.Singleline)]
    private static partial Regex TypesLine();

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Code();
}
