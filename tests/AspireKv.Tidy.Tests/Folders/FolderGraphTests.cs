using AspireKv.Tidy.Tests.Sources;

namespace AspireKv.Tidy.Tests.Folders;

/// <summary>The finder of circles, on small texts: it must not become blind without anybody noticing.</summary>
public sealed class FolderGraphTests
{
    private const string Low = "namespace P.Low; class Stone { public static int Weight; public enum Kind { Hard } }";

    [Fact]
    public void Arrows_TypeNamedAfterUsing_AreFound() => Shows(
        ["High -> Low"], ("High/Wall.cs", "using P.Low; namespace P.High; class Wall { Stone _stone; }"), ("Low/Stone.cs", Low));

    [Fact]
    public void Arrows_UsingAlone_IsNone() =>
        Shows([], ("High/Wall.cs", "using P.Low; namespace P.High; class Wall { }"), ("Low/Stone.cs", Low));

    [Theory]
    [InlineData("class Wall { int Weigh() => P.Low.Stone.Weight; }")]
    [InlineData("class Wall { int Weigh() => Low.Stone.Weight; }")]
    [InlineData("class Wall : System.Collections.Generic.List<P.Low.Stone>;")]
    [InlineData("class Wall { bool Is(object o) => o is P.Low.Stone; }")]
    [InlineData("class Wall { object Make() => new P.Low.Stone(); }")]
    [InlineData("class Wall { object Make() => P.Low.Stone.Kind.Hard; }")]
    public void Arrows_QualifiedName_AreFound(string wall) =>
        Shows(["High -> Low"], ("High/Wall.cs", "namespace P.High; " + wall), ("Low/Stone.cs", Low));

    [Fact]
    public void Arrows_AliasAndStaticUsing_AreFound() => Shows(
        ["High -> Low", "Top -> Low"],
        ("High/Wall.cs", "using Brick = P.Low.Stone; namespace P.High; class Wall { Brick _brick; }"),
        ("Top/Roof.cs", "using static P.Low.Stone; namespace P.Top; class Roof { int Weigh() => Weight; }"),
        ("Low/Stone.cs", Low));

    [Fact]
    public void Arrows_ExtensionMethodAndAttribute_AreFound() => Shows(
        ["High -> Low"],
        ("High/Wall.cs", "using P.Low; namespace P.High; class Wall { int Weigh() => 3.Twice(); }"),
        ("High/Gate.cs", "using P.Low; namespace P.High; [Old] class Gate;"),
        ("Low/Ints.cs", "namespace P.Low; static class Ints { public static int Twice(this int i) => 2 * i; }"),
        ("Low/OldAttribute.cs", "namespace P.Low; class OldAttribute : System.Attribute;"));

    [Theory]
    [InlineData("int Weigh() => 3.Twice();")]
    [InlineData("int Weigh() => 3.Doubled;")]
    [InlineData("int Weigh() => int.Heaviest;")]
    public void Arrows_MembersOfAnExtensionBlock_AreFound(string member) => Shows(
        ["High -> Low"],
        ("High/Wall.cs", $"using P.Low; namespace P.High; class Wall {{ {member} }}"),
        ("Low/Ints.cs", """
            namespace P.Low;
            static class Ints
            {
                extension(int i)
                {
                    public int Twice() => 2 * i;
                    public int Doubled => 2 * i;
                    public static int Heaviest => int.MaxValue;
                }
            }
            """));

    [Theory]
    [InlineData("void Weigh() { var (a, b) = 3; }", "public static void Deconstruct(this int i, out int a, out int b) => a = b = i;")]
    [InlineData("void Weigh() { foreach (var i in 3) { } }", "public static IEnumerator<int> GetEnumerator(this int i) => null!;")]
    [InlineData("async Task Weigh() { await 3; }", "public static TaskAwaiter GetAwaiter(this int i) => Task.CompletedTask.GetAwaiter();")]
    [InlineData("object Weigh() => new Queue<int> { 3 };", "public static void Add(this Queue<int> queue, int i) => queue.Enqueue(i);")]
    public void Arrows_ExtensionThatNobodySpellsOut_AreFound(string member, string extension) => Shows(
        ["High -> Low"],
        ("High/Wall.cs", $$"""
            using System.Collections.Generic; using System.Threading.Tasks; using P.Low;
            namespace P.High; class Wall { {{member}} }
            """),
        ("Low/Ints.cs", $$"""
            using System.Collections.Generic; using System.Runtime.CompilerServices; using System.Threading.Tasks;
            namespace P.Low; static class Ints { {{extension}} }
            """));

    [Fact]
    public void Ties_NameFileAndType()
    {
        var graph = Graph(
            ("High/Wall.cs", "using P.Low; namespace P.High; class Wall { Stone _stone; Stone.Kind _kind; }"), ("Low/Stone.cs", Low));

        Assert.Equal(["Wall.cs names Kind", "Wall.cs names Stone"], graph.Ties(new Arrow("High", "Low")));
    }

    [Fact]
    public void Arrows_CommentsStringsAndNamesakes_AreNone() => Shows(
        [],
        ("High/Wall.cs", """
            using P.Low;
            namespace P.High;
            /// <see cref="Stone"/>
            class Wall
            {
                // Stone
                private string _text = "Stone";
                public int Stone { get; set; }
                public Wall Twice(int Stone) => new() { Stone = 2 * Stone };
            }
            """),
        ("Low/Stone.cs", Low));

    [Fact]
    public void Arrows_NameInTwoFolders_MeanTheNearerOne() => Shows(
        ["High.Inner -> High"],
        ("High/Inner/Wall.cs", "namespace P.High.Inner; class Wall { Log _log; }"),
        ("High/Log.cs", "namespace P.High; class Log;"),
        ("Log.cs", "namespace P; class Log;"));

    [Fact]
    public void Circle_OfTwo_IsFoundWithBothArrowsAndNoOther()
    {
        var graph = Graph(
            ("A/One.cs", "namespace P.A; class One { P.B.Two _two; }"),
            ("B/Two.cs", "namespace P.B; class Two { P.A.One _one; P.C.Three _three; }"),
            ("C/Three.cs", "namespace P.C; class Three;"));

        Assert.Equal(["A -> B", "B -> A"], graph.InCircles.Select(arrow => arrow.ToString()));
        Assert.Equal(["A, B"], graph.Circles);
    }

    [Fact]
    public void Circle_OfThree_IsFound()
    {
        var graph = Graph(
            ("A/One.cs", "namespace P.A; class One { P.B.Two _two; }"),
            ("B/Two.cs", "namespace P.B; class Two { P.C.Three _three; }"),
            ("C/Three.cs", "namespace P.C; class Three { P.A.One _one; }"));

        Assert.Equal(["A -> B", "B -> C", "C -> A"], graph.InCircles.Select(arrow => arrow.ToString()));
        Assert.Equal(["A, B, C"], graph.Circles);
    }

    [Fact]
    public void Circle_WithTheParent_NeedsNoUsingAndIsFound()
    {
        var graph = Graph(
            ("Wal/Writer.cs", "namespace P.Wal; class Writer { Options _options; }"),
            ("Options.cs", "namespace P; class Options;"),
            ("Engine.cs", "using P.Wal; namespace P; class Engine { Writer _writer; }"));

        Assert.Equal(["(root) -> Wal", "Wal -> (root)"], graph.InCircles.Select(arrow => arrow.ToString()));
    }

    [Fact]
    public void Circle_ThroughCompositionRootOnly_IsNone()
    {
        (string, string)[] files =
        [
            ("Wal/Writer.cs", "namespace P.Wal; class Writer { Options _options; }"),
            ("Options.cs", "namespace P; class Options;"),
        ];
        var knot = ("Wal/Knot.cs", "namespace P.Wal; class Knot { Composition _composition; }");
        const string Composition = "using P.Wal; namespace P; class Composition { Writer _writer; }";

        Assert.Empty(Graph([.. files, ("NodeApp.cs", Composition)]).InCircles);
        Assert.Empty(Graph([.. files, ("NodeServices.cs", Composition)]).InCircles);
        Assert.Empty(Graph([.. files, ("Program.cs", "new P.Wal.Writer();")]).InCircles);
        Assert.NotEmpty(Graph([.. files, ("Engine.cs", Composition)]).InCircles);
        Assert.NotEmpty(Graph([.. files, ("Other/NodeApp.cs", Composition), knot]).InCircles);
        Assert.NotEmpty(Graph([.. files, ("NodeApp.cs", Composition), knot]).InCircles);
    }

    private static void Shows(string[] expected, params (string Path, string Text)[] files) =>
        Assert.Equal(expected, Graph(files).Arrows.Select(arrow => arrow.ToString()));

    private static FolderGraph Graph(params (string Path, string Text)[] files) => FolderGraph.Of(
        Compilations.Of("P", files.Select(file => new SourceFile("P/" + file.Path, "P", file.Text).Syntax), [], []), "P");
}
