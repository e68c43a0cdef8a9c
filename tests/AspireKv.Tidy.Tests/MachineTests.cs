using System.Collections.Immutable;
using AspireKv.Tidy.Tests.Folders;
using AspireKv.Tidy.Tests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AspireKv.Tidy.Tests;

/// <summary>
/// The core decides the same in a simulation as in a node: no clock, thread, file, socket or chance of its own. Asked is the compiler, so
/// that a task of ours is none of .NET's.
/// </summary>
public sealed class MachineTests
{
    private static readonly string[] Spaces = ["System.IO", "System.Net", "System.Threading", "Microsoft.Extensions", "Microsoft.Win32"];

    private static readonly string[] Names =
    [
        "System.DateTime", "System.DateTimeOffset", "System.TimeProvider", "System.TimeZoneInfo", "System.Environment", "System.Console",
        "System.IServiceProvider", "System.Guid.NewGuid", "System.Random.Shared", "System.Random.Random()", "System.Diagnostics.Stopwatch",
        "System.Diagnostics.Process", "System.Security.Cryptography.RandomNumberGenerator",
    ];

    [Fact]
    public void Core_AsksNothingOfTheMachine()
    {
        var core = Compilations.All["AspireKv.Cluster"];
        var wrong = SourceTree.Product.Where(file => file.Project == "AspireKv.Cluster")
            .SelectMany(file => Asked(core.GetSemanticModel(file.Syntax)).Select(asked => $"{file.Path}{asked}"));

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("Task<int> F() => null!;", "Task")]
    [InlineData("void F() => Task.Run(() => { });", "Task")]
    [InlineData("object F() => new TaskCompletionSource();", "TaskCompletionSource")]
    [InlineData("ValueTask F() => default;", "ValueTask")]
    [InlineData("void F() => ThreadPool.QueueUserWorkItem(_ => { });", "ThreadPool")]
    [InlineData("[ThreadStatic] static int _ours; int F(System.Threading.Channels.Channel<int> channel) => 1;", "Channel")]
    [InlineData("object F() => DateTimeOffset.UtcNow;", "DateTimeOffset")]
    [InlineData("object F() => System.Diagnostics.Stopwatch.GetTimestamp();", "Stopwatch")]
    [InlineData("object F() => File.ReadAllText(\"name\");", "File")]
    [InlineData("object F() => Guid.NewGuid();", "NewGuid")]
    [InlineData("object F() => Random.Shared.Next();", "Shared")]
    [InlineData("object F() => new Random();", "Random")]
    [InlineData("void F() { lock (this) { } }", "lock")]
    [InlineData("async void F() { }", "async")]
    public void Asked_OfTheMachine_IsFound(string members, string expected) => Assert.Contains(
        Asked($"class C {{ {members} }}"), asked => asked.EndsWith($" {expected}", StringComparison.Ordinal));

    [Theory]
    [InlineData("KeyTask F() => new KeyTask();")]
    [InlineData("KeyTask Task { get; } = null!; void F() { Task.Begin(); Tasks.Thread.Begin(); }")]
    [InlineData("object F(Guid id) => new Random(1).Next();")]
    [InlineData("TimeSpan F() => TimeSpan.Zero; /* DateTime.UtcNow */ string _text = \"Task.Run\";")]
    public void Asked_OfOurOwn_IsNothing(string members) => Assert.Empty(Asked(
        $"class C {{ {members} }} class KeyTask {{ public void Begin() {{ }} }} static class Tasks {{ public static KeyTask Thread; }}"));

    private static IEnumerable<string> Asked(string text)
    {
        var tree = CSharpSyntaxTree.ParseText(text);
        return Asked(Compilations.Of("P", [tree], [], []).GetSemanticModel(tree));
    }

    private static IEnumerable<string> Asked(SemanticModel model)
    {
        var root = model.SyntaxTree.GetRoot();
        var names = root.DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(name => Symbols(model, name).SelectMany(Shown).Any(IsOfTheMachine)).Select(name => name.Identifier);
        var constructors = root.DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>()
            .Where(creation => Symbols(model, creation).SelectMany(Shown).Any(IsOfTheMachine)).Select(creation => creation switch
            {
                ObjectCreationExpressionSyntax { Type: SimpleNameSyntax type } => type.Identifier,
                _ => creation.NewKeyword,
            });
        var words = root.DescendantTokens().Where(token =>
            token.IsKind(SyntaxKind.LockKeyword) || token.IsKind(SyntaxKind.AsyncKeyword) || token.IsKind(SyntaxKind.AwaitKeyword));
        return names.Concat(constructors).Concat(words)
            .Select(token => $"({token.GetLocation().GetLineSpan().StartLinePosition.Line + 1}) {token.ValueText}");
    }

    private static ImmutableArray<ISymbol> Symbols(SemanticModel model, ExpressionSyntax expression)
    {
        var info = model.GetSymbolInfo(expression);
        return info.Symbol is null ? info.CandidateSymbols : [info.Symbol];
    }

    /// <summary>What a name brings with it: itself, the type that it is a member of, and the type that it has.</summary>
    private static IEnumerable<ISymbol> Shown(ISymbol symbol) => new[]
    {
        symbol,
        symbol.ContainingType,
        symbol switch
        {
            IMethodSymbol method => method.ReturnType,
            IPropertySymbol property => property.Type,
            IFieldSymbol field => field.Type,
            ILocalSymbol local => local.Type,
            _ => null,
        },
    }.OfType<ISymbol>();

    private static bool IsOfTheMachine(ISymbol symbol)
    {
        if (symbol is INamespaceSymbol)
        {
            return false;
        }

        var name = symbol.OriginalDefinition.ToDisplayString();
        return Spaces.Any(space => name.StartsWith(space + ".", StringComparison.Ordinal))
            || Names.Any(known => name == known || name.StartsWith(known + "(", StringComparison.Ordinal));
    }
}
