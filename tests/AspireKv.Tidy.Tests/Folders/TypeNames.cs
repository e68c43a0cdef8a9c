using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AspireKv.Tidy.Tests.Folders;

/// <summary>How code names a type: by its name, as an attribute, or by an extension method or property, which mean their class.</summary>
internal static class TypeNames
{
    /// <summary>
    /// The names by which code can mean something of this file: types (attributes without their suffix too), extension methods and
    /// extension properties.
    /// </summary>
    public static IEnumerable<string> Declared(SyntaxTree tree) => tree.GetRoot().DescendantNodes().SelectMany(node => node switch
    {
        ExtensionBlockDeclarationSyntax block => block.Members.Select(member => member switch
        {
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            PropertyDeclarationSyntax property => property.Identifier.ValueText,
            _ => null,
        }).OfType<string>(),
        BaseTypeDeclarationSyntax type => [type.Identifier.ValueText, WithoutSuffix(type.Identifier.ValueText)],
        DelegateDeclarationSyntax type => [type.Identifier.ValueText],
        MethodDeclarationSyntax { ParameterList.Parameters: [{ } first, ..] } method when first.Modifiers.Any(SyntaxKind.ThisKeyword) =>
            [method.Identifier.ValueText],
        _ => Enumerable.Empty<string>(),
    });

    /// <summary>
    /// The types that the code of a file means by one of these names, or by syntax that calls an extension without a name; each as often as
    /// it is meant.
    /// </summary>
    public static IEnumerable<INamedTypeSymbol> Meant(SemanticModel model, HashSet<string> names) =>
        model.SyntaxTree.GetRoot().DescendantNodes().SelectMany(node => node is SimpleNameSyntax name
            ? names.Contains(name.Identifier.ValueText) ? Meant(model, name) : []
            : Called(model, node).OfType<ISymbol>().Select(Meant).OfType<INamedTypeSymbol>());

    private static IEnumerable<ISymbol?> Called(SemanticModel model, SyntaxNode node) => node switch
    {
        CommonForEachStatementSyntax loop => [model.GetForEachStatementInfo(loop).GetEnumeratorMethod],
        AwaitExpressionSyntax wait => [model.GetAwaitExpressionInfo(wait).GetAwaiterMethod],
        AssignmentExpressionSyntax { Left: TupleExpressionSyntax or DeclarationExpressionSyntax } taken =>
            [model.GetDeconstructionInfo(taken).Method],
        InitializerExpressionSyntax { RawKind: (int)SyntaxKind.CollectionInitializerExpression } initializer =>
            initializer.Expressions.Select(element => model.GetCollectionInitializerSymbolInfo(element).Symbol),
        _ => [],
    };

    private static IEnumerable<INamedTypeSymbol> Meant(SemanticModel model, SimpleNameSyntax name)
    {
        var info = model.GetSymbolInfo(name);
        var symbols = info.Symbol is null ? info.CandidateSymbols : [info.Symbol];
        return symbols.Select(Meant).OfType<INamedTypeSymbol>();
    }

    private static INamedTypeSymbol? Meant(ISymbol symbol) => symbol switch
    {
        INamedTypeSymbol type => type.OriginalDefinition,
        IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.ContainingType.OriginalDefinition,
        IMethodSymbol { MethodKind: MethodKind.ReducedExtension } or IMethodSymbol { IsExtensionMethod: true } =>
            symbol.ContainingType.OriginalDefinition,
        IMethodSymbol { ContainingType.IsExtension: true } or IPropertySymbol { ContainingType.IsExtension: true } =>
            symbol.ContainingType.ContainingType.OriginalDefinition,
        _ => null,
    };

    private static string WithoutSuffix(string name) =>
        name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;
}
